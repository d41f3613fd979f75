import type { Look, Pins, Truth } from "../core/cloud.ts";
import { AzureFault, Conflict, type Fault } from "../core/errors.ts";
import { type Instance, newInstance } from "../core/instance.ts";
import { botPartition } from "../core/names.ts";
import type { Acting, Operation, OperationRecord, Progress, Step, View } from "../core/operation.ts";
import { isPassing, passingOf } from "../core/passing.ts";
import type { WorkMessage } from "../core/store.ts";
import { configHash, isOutdated } from "../core/teamConfig.ts";
import { askedNow, isAsItWas, partly, type Watch, type Watchable, watching } from "../core/watch.ts";
import type { Parts } from "../parts.ts";
import { deliver } from "./deliver.ts";
import { askForRoom } from "./deploymentRoom.ts";
import { actBy, acting, heldFor, hold, release } from "./hold.ts";
import { wakeUp } from "./outbox.ts";
import { clearAfterwards, clearRuns, makeRoom } from "./runs.ts";
import { doubleMs } from "./task.ts";
import { type OperationRows, writeStep } from "./writeStep.ts";

/** For how many seconds a refusal that passes is waited out in silence. */
const mostPatience = 2 * 3600;

/** The longest wait, in seconds, for a refusal that passes, where no deadline comes first. */
const longestWait = 3600;

/** Takes an operation one step further: reads what is true, decides, does one thing, writes it down, tells, looks again. */
export async function advance({ member: key, id }: WorkMessage, parts: Parts): Promise<void> {
  const found = await find(key, id, parts);
  if (!found) return;
  const record = found.operation.value;
  let clear: readonly string[] = [];
  if (record.status === "running") {
    const now = parts.clock.now();
    if (Date.parse(record.nextLookAt) - now.getTime() > doubleMs) return;
    const again = { kind: "operation", member: key, id } as const;
    const held = heldFor(record, now);
    // Whoever holds it may have died: once its time is over it is decided from what is true then.
    if (held > 0) return wakeUp(again, held, parts);
    try {
      clear = await step(found, parts);
    } catch (error) {
      // Another worker, or a command, was faster: decide again on what is true now.
      if (!(error instanceof Conflict)) throw error;
      return wakeUp(again, 1, parts);
    }
  }
  await deliver(key, id, parts);
  const instance = instanceOf(found, parts);
  if (record.status === "running") await clearRuns(key, instance.place, clear, parts);
  // It had something run on the VM: by itself, or as the gate of a build.
  else if (record.notes["room"] || record.pins) await clearAfterwards({ key, instance }, id, parts);
}

const instanceOf = ({ instance }: OperationRows, { settings, clock }: Parts): Instance =>
  instance?.value ?? newInstance(settings.place, clock.now());

async function find(key: string, id: string, { store }: Parts): Promise<OperationRows | undefined> {
  const [operation, person] = await Promise.all([store.get(key, "op", id), store.person(key)]);
  return operation && person.member
    ? { operation, member: person.member, instance: person.instance }
    : undefined;
}

/** One step; answers which run commands it is done with. */
async function step(found: OperationRows, parts: Parts): Promise<readonly string[]> {
  const record = found.operation.value;
  const operation = parts.operations[record.name];
  const instance = instanceOf(found, parts);
  const write = (next: Step, patch: Partial<OperationRecord> = {}) => written(found, next, patch, parts);
  const displaced = operation.exclusive && instance.operation !== record.id;
  if (displaced || (found.member.value.status !== "active" && !operation.forLeavers))
    return write({ finish: "failed" }, { status: "superseded" });

  const { candidate } = record.input;
  const team = (await parts.store.get(botPartition, "config", ""))?.value;
  const config =
    candidate === undefined ? team : (await parts.store.get(botPartition, "config", candidate))?.value;
  if (candidate !== undefined && config && isOutdated(config, team)) {
    const fault = {
      code: "ConfigurationChanged",
      detail: "another change came first",
      correlation: record.id,
    };
    return write({ finish: "failed", fault });
  }
  const member = found.member.value.key;
  const view: Omit<View, "truth"> = {
    operation: record,
    member: found.member.value,
    instance,
    now: parts.clock.now(),
    elapsedSeconds: (parts.clock.now().getTime() - Date.parse(record.startedAt)) / 1000,
    settings: parts.settings,
    config: config && { overrides: config.overrides, hash: configHash(config.overrides) },
  };
  // After so long a refusal is a failure, of which people are told, also where the operation is never given up.
  const isPatient = view.elapsedSeconds < Math.min(2 * operation.deadlineSeconds, mostPatience);
  const wanted = operation.look(record, view);
  // There is none before it has had one run; whoever died meanwhile finds it when it is put there again.
  const look = record.notes["room"] || record.pins ? wanted : { ...wanted, run: undefined };
  const ask = (asked: Look) => seeking(() => parts.cloud.look(member, instance.place, asked), isPatient);
  const still = await asBefore(view, operation, (asked) => ask(partly(asked, look)));
  if (still) return write({ waitSeconds: still.seconds, refusal: record.refusal }, { watch: still });
  const truth = await ask(look);
  if ("refusal" in truth) return write(waiting(view, operation, truth, {}));
  if ("fault" in truth) return write(operation.next({ ...view, truth: {}, fault: truth.fault, blind: true }));
  const { run } = truth.value;
  if (run?.refusal !== undefined)
    parts.log.info("Azure did not run a script", { member, run: run.name, refusal: run.refusal });
  const next = operation.next({ ...view, truth: truth.value });
  if ("waitSeconds" in next && next.watch)
    return write(next, { watch: watching(next.watch, truth.value, next.waitSeconds) });
  if (!("act" in next)) return write(next);
  if (isFirstRun(next, record)) await makeRoom({ key: member, instance }, record.id, parts);
  const held = await hold(found, next, parts);
  try {
    return await act(held, next, { ...view, truth: truth.value }, isPatient, parts);
  } catch (error) {
    await release(held, parts).catch((failure: unknown) => {
      parts.log.error("a step was not let go of", failure, { member, operation: record.id });
    });
    throw error;
  }
}

/** What is waited for, where it is as it was by the one call that tells of it. */
async function asBefore(
  { operation: { watch, cancelledAt }, elapsedSeconds }: Omit<View, "truth">,
  { deadlineSeconds }: Operation,
  ask: (asked: readonly Watchable[]) => Promise<{ value: Truth } | object>,
): Promise<Watch | undefined> {
  const asked = watch && askedNow(watch);
  if (!asked || cancelledAt || elapsedSeconds >= deadlineSeconds) return undefined;
  const seen = await ask(asked);
  return "value" in seen && isAsItWas(watch, asked, seen.value)
    ? { ...watch, polls: watch.polls + 1 }
    : undefined;
}

async function written(
  found: OperationRows,
  next: Step,
  patch: Partial<OperationRecord>,
  parts: Parts,
): Promise<readonly string[]> {
  await writeStep(found, parts.operations[found.operation.value.name], next, patch, parts);
  return next.clear ?? [];
}

/** Whether it is the first script that the operation has run on the VM. */
const isFirstRun = ({ act }: Acting, { notes }: OperationRecord): boolean => "run" in act && !notes["room"];

/** Does the one thing that was decided, and writes down what came of it. */
async function act(
  held: OperationRows,
  next: Acting,
  view: View,
  isPatient: boolean,
  parts: Parts,
): Promise<readonly string[]> {
  const { operation: record, instance } = view;
  const member = view.member.key;
  const operation = parts.operations[record.name];
  const by = actBy(held.operation.value, parts.clock.now());
  const write = (step: Step, patch: Partial<OperationRecord> = {}) => written(held, step, patch, parts);
  const done = await seeking(() => acting(member, instance.place, next.act, parts, by), isPatient);
  parts.log.info("acted", { member, operation: record.id, act: next.act.do });
  if ("refusal" in done && operation.deadlineSeconds !== Number.POSITIVE_INFINITY) {
    if (done.refusal.code === "DeploymentQuotaExceeded") await askForRoom(parts);
    return write(waiting(view, operation, done, next));
  }
  if ("refusal" in done) {
    const passesIn = done.retryAfterSeconds ?? secondsFor(done.refusal);
    return write(operation.next({ ...view, fault: done.refusal, passesIn }));
  }
  if ("fault" in done) return write(operation.next({ ...view, fault: done.fault }));
  const notes = isFirstRun(next, record) ? { ...next.notes, room: "made" } : next.notes;
  return write({ ...next, notes }, done.value ? { pins: done.value } : {});
}

/** Azure has refused what it will take back. Why the deadline has passed stays the reason, whatever is refused after it. */
function waiting(
  { operation: record, elapsedSeconds }: Omit<View, "truth">,
  { deadlineSeconds }: Operation,
  { refusal, retryAfterSeconds }: Refused,
  { phase, refusal: reason }: Progress,
): Step {
  const { notes, refusal: last } = record;
  const waits = last?.code === refusal.code ? Number(notes["waits"] ?? 0) + 1 : 0;
  const wanted = retryAfterSeconds ?? pause(secondsFor(refusal), waits);
  // At the deadline it is decided what becomes of it.
  const left = deadlineSeconds - elapsedSeconds;
  return {
    waitSeconds: Math.min(wanted, left > 0 ? Math.ceil(left) + 1 : 300, longestWait),
    phase,
    refusal: left > 0 ? refusal : (reason ?? last ?? refusal),
    notes: { waits: `${waits}` },
  };
}

const secondsFor = ({ code }: Fault): number => passingOf(code)?.waitSeconds ?? 10;

/** Longer each time, since each look costs reads. */
const pause = (first: number, waits: number): number => Math.max(first, Math.min(first * 2 ** waits, 60));

interface Refused {
  readonly refusal: Fault;
  readonly retryAfterSeconds: number | undefined;
}

/** Azure's answer, or a refusal of which it is worth waiting for the end, or one for good, or for too long. */
async function seeking<T extends Truth | Pins | undefined>(
  ask: () => Promise<T>,
  isPatient: boolean,
): Promise<{ value: T } | Refused | { fault: Fault }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    const { code, detail, correlation, retryAfterSeconds } = error;
    const fault = { code, detail, correlation };
    return isPatient && isPassing(error) ? { refusal: fault, retryAfterSeconds } : { fault };
  }
}
