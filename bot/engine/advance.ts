import { decider } from "../core/asked.ts";
import type { Pins, Truth } from "../core/cloud.ts";
import { AzureFault, type Fault } from "../core/errors.ts";
import { type Instance, newInstance } from "../core/instance.ts";
import type { Acting, Operation, OperationRecord, Progress, Step, View } from "../core/operation.ts";
import { isPassing, passingOf } from "../core/passing.ts";
import type { WorkMessage } from "../core/store.ts";
import type { Known, Parts } from "../parts.ts";
import { deliver } from "./deliver.ts";
import { actBy, acting, heldFor, hold, release } from "./hold.ts";
import { clearAfterwards, clearRuns, makeRoom } from "./runs.ts";
import { doAfter } from "./sweep.ts";
import { type Expected, takeStep } from "./task.ts";
import { type OperationRows, writeStep } from "./writeStep.ts";

/** How many seconds the bot silently waits for a refusal to pass. */
const mostPatience = 2 * 3600;

/** Azure may ask for no wait at all. In seconds. */
const leastWait = 1;

/** The longest wait for a refusal to pass, in seconds, if no deadline comes first. */
const longestWait = 3600;

/** Takes an operation one step further: reads what is true, decides, does one thing, saves it, reports, and asks for the next look. */
export async function advance(message: WorkMessage, parts: Parts): Promise<void> {
  const { partition: key, id } = message;
  const found = await find(key, id, parts);
  if (!found) return;
  const record = found.operation.value;
  const machine = { key, instance: instanceOf(found, parts) };
  const expected = expectedOf(record, parts);
  const again = async () => expectedOf((await parts.store.get(key, "op", id))?.value, parts);
  const left = expected ? await takeStep(message, expected, again, () => step(found, parts), parts) : nothing;
  if (!left) return;
  // A step itself sends what it owes.
  if (!expected) await deliver(key, id, parts);
  if (record.status === "running") await clearRuns(machine, left.runs, parts);
  // It ran something on the VM: itself, or as the readiness check of a build.
  else if (record.notes["room"] || record.pins) await clearAfterwards(machine, id, parts);
  if (left.crowds) await makeRoom(machine, id, parts);
}

/** What is left to do after a step: delete run commands that were read, and make room on a crowded VM. */
interface Left {
  readonly runs: readonly string[];
  readonly crowds: boolean;
}
const nothing: Left = { runs: [], crowds: false };

/** What is expected of an operation. Undefined if it has ended. */
export const expectedOf = (record: OperationRecord | undefined, { clock }: Parts): Expected | undefined =>
  record?.status === "running"
    ? { nextLookAt: record.nextLookAt, looks: record.looks, held: heldFor(record, clock.now()) }
    : undefined;

const instanceOf = ({ instance }: OperationRows, { settings, clock }: Parts): Instance =>
  instance?.value ?? newInstance(settings.place, clock.now());

async function find(key: string, id: string, { store }: Parts): Promise<OperationRows | undefined> {
  const [operation, person] = await Promise.all([store.get(key, "op", id), store.person(key)]);
  return operation && person.member
    ? { operation, member: person.member, instance: person.instance }
    : undefined;
}

/** One step. */
async function step(rows: OperationRows, parts: Parts): Promise<Left> {
  const before = rows.operation.value;
  const operation = parts.operations[before.name];
  const instance = instanceOf(rows, parts);
  const displaced = operation.exclusive && instance.operation !== before.id;
  if (displaced || (rows.member.value.status !== "active" && !operation.forLeavers))
    return written(rows, { finish: "failed" }, { status: "superseded" }, parts);

  const known: Known = {};
  for (const feature of parts.features) Object.assign(known, await feature.known?.(before, instance, parts));
  const { usual = before.usual, ...more } = known;
  // Whoever held it may have started a script and died before saving that.
  const notes = before.hold ? { ...before.notes, held: "yes" } : before.notes;
  const record = { ...before, usual, notes };
  const found = { ...rows, operation: { ...rows.operation, value: record } };
  const view: Omit<View, "truth"> = {
    ...more,
    operation: record,
    member: rows.member.value,
    instance,
    now: parts.clock.now(),
    elapsedSeconds: (parts.clock.now().getTime() - Date.parse(record.startedAt)) / 1000,
    settings: parts.settings,
  };
  const decided = deciding(view, parts);
  const next = await decided({});
  if (!("act" in next)) return written(found, next, {}, parts);
  const held = await hold(found, next, parts);
  try {
    return await act(held, next, view, decided, parts);
  } catch (error) {
    await release(held, parts).catch((failure: unknown) => {
      parts.log.error("a step was not let go of", failure, { member: view.member.key, operation: record.id });
    });
    throw error;
  }
}

/** Decides with what is true and what Azure refused. */
type Decide = (refused: Pick<View, "fault" | "passesIn">) => Promise<Step>;

function deciding(view: Omit<View, "truth">, parts: Parts): Decide {
  const { operation: record, instance, member } = view;
  const operation = parts.operations[record.name];
  const wanted = operation.look(record, view);
  // There is none before the operation started one.
  const { room, held } = record.notes;
  const mayRun = room !== undefined || held !== undefined || record.pins !== undefined;
  const decide = decider(mayRun ? wanted : { ...wanted, run: undefined }, async (look) => {
    const truth = await parts.cloud.look(member.key, instance.place, look);
    const { name, refusal } = truth.run ?? {};
    if (refusal !== undefined)
      parts.log.info("Azure did not run a script", { member: member.key, run: name, refusal });
    return truth;
  });
  return async (refused) => {
    const next = (truth: Truth) => operation.next({ ...view, ...refused, truth });
    const made = await seeking(() => decide(next), view, operation);
    if ("value" in made) return made.value;
    if ("refusal" in made && !refused.fault) return waiting(view, operation, made, {});
    const fault = refused.fault ?? ("refusal" in made ? made.refusal : made.fault);
    return decide(() => operation.next({ ...view, truth: {}, fault, blind: true }));
  };
}

/** Saves a step. The end of an operation that ran a script notes that, and room is made once a day per instance. */
async function written(
  found: OperationRows,
  next: Step,
  patch: Partial<OperationRecord>,
  parts: Parts,
): Promise<Left> {
  const { notes } = found.operation.value;
  const today = parts.clock.now().toISOString().slice(0, 10);
  const ran = notes["room"] !== undefined || (next.clear ?? []).length > 0;
  const ends = "finish" in next && ran && next.instance?.state !== "absent";
  const crowds = ends && found.instance?.value.tidiedOn !== today;
  const step = crowds ? { ...next, instance: { ...next.instance, tidiedOn: today } } : next;
  await writeStep(found, step, patch, parts);
  return { runs: next.clear ?? [], crowds };
}

/** Does the one thing that was decided, and saves the result. */
async function act(
  held: OperationRows,
  next: Acting,
  view: Omit<View, "truth">,
  decided: Decide,
  parts: Parts,
): Promise<Left> {
  const { operation: record, instance, member } = view;
  const operation = parts.operations[record.name];
  const by = actBy(held.operation.value, parts.clock.now());
  const write = (step: Step) =>
    // Azure may have done it without answering.
    written(held, { ...step, notes: { ...step.notes, held: "yes" } }, {}, parts);
  const done = await seeking(() => acting(member.key, instance.place, next.act, parts, by), view, operation);
  parts.log.info("acted", { member: member.key, operation: record.id, act: next.act.do });
  if ("value" in done) {
    const notes = "run" in next.act ? { ...next.notes, room: "made" } : next.notes;
    return written(held, { ...next, notes }, done.value ? { pins: done.value } : {}, parts);
  }
  if ("fault" in done) return write(await decided({ fault: done.fault }));
  if (operation.deadlineSeconds === Number.POSITIVE_INFINITY) {
    const passesIn = Math.max(done.retryAfterSeconds ?? 0, pauseAfter(done.refusal.code, 0));
    return write(await decided({ fault: done.refusal, passesIn }));
  }
  await doAfter(done.refusal, parts);
  return write(waiting(view, operation, done, next));
}

/** Azure's refusal is expected to pass. The first reason for missing the deadline stays the reason, whatever is refused later. */
function waiting(
  { operation: record, elapsedSeconds }: Omit<View, "truth">,
  { deadlineSeconds }: Operation,
  { refusal, retryAfterSeconds }: Refused,
  { phase, refusal: reason }: Progress,
): Step {
  const { notes, refusal: last } = record;
  const waits = last?.code === refusal.code ? Number(notes["waits"] ?? 0) + 1 : 0;
  const wanted = Math.max(retryAfterSeconds ?? pauseAfter(refusal.code, waits), leastWait);
  const isLate = elapsedSeconds >= deadlineSeconds;
  return {
    waitSeconds: Math.min(wanted, isLate ? 300 : longestWait),
    phase,
    refusal: isLate ? (reason ?? last ?? refusal) : refusal,
    notes: { waits: `${waits}` },
  };
}

/** How long to wait before the next attempt, in seconds: longer after each such refusal, because each look costs reads. */
function pauseAfter(code: string, times: number): number {
  const first = passingOf(code)?.waitSeconds ?? 10;
  return Math.max(first, Math.min(first * 2 ** times, 60));
}

interface Refused {
  readonly refusal: Fault;
  readonly retryAfterSeconds: number | undefined;
}

/**
 * Azure's answer, a refusal worth waiting out, or a final one. After a while a passing refusal counts as final and people hear of
 * it, even if the operation never gives up.
 */
async function seeking<T extends Step | Pins | undefined>(
  ask: () => Promise<T>,
  { elapsedSeconds }: Omit<View, "truth">,
  { deadlineSeconds }: Operation,
): Promise<{ value: T } | Refused | { fault: Fault }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    const { code, detail, correlation, retryAfterSeconds } = error;
    const fault = { code, detail, correlation };
    const isPatient = elapsedSeconds < Math.min(2 * deadlineSeconds, mostPatience);
    return isPatient && isPassing(error) ? { refusal: fault, retryAfterSeconds } : { fault };
  }
}
