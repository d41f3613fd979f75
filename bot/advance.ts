import type { Pins, Truth } from "./core/cloud.ts";
import { configHash, isOutdated } from "./core/configuration.ts";
import { AzureFault, Conflict } from "./core/errors.ts";
import { type Fault, isPassing } from "./core/fault.ts";
import { newInstance } from "./core/instance.ts";
import type { View } from "./core/operation.ts";
import { botPartition } from "./core/partition.ts";
import type { WorkMessage } from "./core/store.ts";
import { deliver } from "./deliver.ts";
import type { Parts } from "./parts.ts";
import { type Found, writeStep } from "./writeStep.ts";

/** For how many seconds a refusal that passes is waited out in silence. */
const mostPatience = 2 * 3600;

/** A message this much before the expected look is a double of another one that is under way. */
const doubleMs = 2000;

/** Takes an operation one step further: reads what is true, decides, does one thing, writes it down, tells, looks again. */
export async function advance({ member: key, id }: WorkMessage, parts: Parts): Promise<void> {
  const found = await find(key, id, parts);
  if (!found) return;
  const record = found.operation.value;
  if (record.status === "running") {
    const early = Date.parse(record.nextLookAt) - parts.clock.now().getTime();
    if (early > doubleMs) return;
    try {
      await step(found, parts);
    } catch (error) {
      // Another worker, or a command, was faster: decide again on what is true now.
      if (!(error instanceof Conflict)) throw error;
      await parts.queue.send({ kind: "operation", member: key, id }, 1);
      return;
    }
  }
  await deliver(key, id, parts);
}

async function find(key: string, id: string, { store }: Parts): Promise<Found | undefined> {
  const [operation, person] = await Promise.all([store.get(key, "op", id), store.person(key)]);
  return operation && person.member
    ? { operation, member: person.member, instance: person.instance }
    : undefined;
}

async function step(found: Found, parts: Parts): Promise<void> {
  const record = found.operation.value;
  const operation = parts.operations[record.name];
  const instance = found.instance?.value ?? newInstance(parts.settings.place, parts.clock.now());
  const displaced = operation.exclusive && instance.operation !== record.id;
  if (displaced || (found.member.value.status !== "active" && !operation.forLeavers))
    return writeStep(found, operation, { finish: "failed" }, { status: "superseded" }, parts);

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
    return writeStep(found, operation, { finish: "failed", fault }, {}, parts);
  }
  const view: Omit<View, "truth"> = {
    operation: record,
    member: found.member.value,
    instance,
    now: parts.clock.now(),
    elapsedSeconds: (parts.clock.now().getTime() - Date.parse(record.startedAt)) / 1000,
    settings: parts.settings,
    config: config && { overrides: config.overrides, hash: configHash(config.overrides) },
  };
  // What is never given up is told of instead.
  const patience = Math.min(2 * operation.deadlineSeconds, mostPatience);
  const truth = await seeking(
    () => parts.cloud.look(found.member.value.key, instance.place, operation.look(record, view)),
    view.elapsedSeconds < patience,
  );
  if ("again" in truth) return writeStep(found, operation, { waitSeconds: truth.again }, {}, parts);
  if ("fault" in truth) {
    const broken = operation.next({ ...view, truth: {}, fault: truth.fault, blind: true });
    return writeStep(found, operation, broken, {}, parts);
  }
  const next = operation.next({ ...view, truth: truth.value });
  if (!("act" in next)) return writeStep(found, operation, next, {}, parts);

  const done = await seeking(() => parts.cloud.act(found.member.value.key, instance.place, next.act));
  parts.log.info("acted", { member: found.member.value.key, operation: record.id, act: next.act.do });
  if ("again" in done)
    return writeStep(found, operation, { waitSeconds: done.again, phase: next.phase }, {}, parts);
  if ("fault" in done)
    return writeStep(
      found,
      operation,
      operation.next({ ...view, truth: truth.value, fault: done.fault }),
      {},
      parts,
    );
  return writeStep(found, operation, next, done.value ? { pins: done.value } : {}, parts);
}

/** Azure's answer, or how long to wait when its refusal passes, or why it refuses for good, or for too long. */
async function seeking<T extends Truth | Pins | undefined>(
  ask: () => Promise<T>,
  patient = true,
): Promise<{ value: T } | { again: number } | { fault: Fault }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    if (patient && isPassing(error)) return { again: Math.min(error.retryAfterSeconds ?? 10, 300) };
    return { fault: { code: error.code, detail: error.detail, correlation: error.correlation } };
  }
}
