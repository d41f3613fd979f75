import { dayMs } from "../core/clock.ts";
import { isOwed, isOwedForLong, whyOwed } from "../core/delivery.ts";
import { AzureFault } from "../core/errors.ts";
import { first } from "../core/first.ts";
import type { Health } from "../core/health.ts";
import type { OperationRecord } from "../core/operation.ts";
import type { WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { stateOf } from "./platformState.ts";
import { deliveryOf, mostCounted } from "./task.ts";

const farAway = 10 * 365 * dayMs;

/** The bot's own health. Operations in progress are found through their due rows, as in the sweep. */
export async function healthOf(parts: Parts): Promise<Health> {
  const { store, queue, clock, version, faults, problems } = parts;
  const [depth, dues, rights, readsDirectory] = await Promise.all([
    queue.depth(),
    first(mostCounted, store.dueBy(new Date(clock.now().getTime() + farAway))),
    rightsOf(parts),
    mayReadDirectory(parts),
  ]);
  const named = dues.map(({ message: m }) => [`${m.kind} ${m.partition} ${m.id}`, m] as const);
  const messages = [...new Map(named).values()];
  const operations = await Promise.all(messages.map((message) => operationOf(message, parts)));
  const running = operations.flatMap((operation) => operation ?? []);
  const found = await Promise.all(messages.map((message) => deliveryOf(message, parts)));
  const deliveries = found.flatMap((delivery) => delivery ?? []);
  const [oldest] = running.toSorted((a, b) => a.operation.startedAt.localeCompare(b.operation.startedAt));
  const member = oldest && (await store.person(oldest.key)).member?.value.name;
  return {
    version,
    queue: depth,
    running: running.length,
    oldest: oldest && {
      operation: oldest.operation,
      member: member ?? oldest.key,
      overdue: isOverdue(oldest.operation, parts),
    },
    owed: deliveries.filter(isOwed).length,
    owedForLong: deliveries
      .filter((delivery) => isOwedForLong(delivery, clock.now()))
      .map((delivery) => ({ platform: delivery.to.platform, why: whyOwed(delivery) })),
    lost: deliveries.filter(({ status }) => status === "undeliverable").length,
    unwell: await unwellPlatforms(parts),
    rights,
    readsDirectory,
    faults,
    problems,
  };
}

/** An operation gives up at its deadline; this long after it, nothing seems to be looking at it. */
const graceSeconds = 15 * 60;
/** The same for operations that never give up, counted from their start. */
const endlessSeconds = 3600;

function isOverdue({ name, startedAt }: OperationRecord, { operations, clock }: Parts): boolean {
  const { deadlineSeconds } = operations[name];
  const most = Number.isFinite(deadlineSeconds) ? deadlineSeconds + graceSeconds : endlessSeconds;
  return clock.now().getTime() - Date.parse(startedAt) > most * 1000;
}

async function operationOf({ kind, partition, id }: WorkMessage, { store }: Parts) {
  if (kind !== "operation") return undefined;
  const operation = (await store.get(partition, "op", id))?.value;
  return operation?.status === "running" ? { key: partition, operation } : undefined;
}

async function unwellPlatforms(parts: Parts): Promise<Health["unwell"]> {
  const states = await Promise.all(
    parts.platformNames.map(async (name) => ({ name, ...(await stateOf(name, parts)) })),
  );
  return states.flatMap(({ name, unwell }) => (unwell ? [{ platform: name, ...unwell }] : []));
}

/** An id that no one has is enough to find out. */
async function mayReadDirectory({ directory }: Parts): Promise<boolean | undefined> {
  try {
    return (await directory.find("00000000-0000-0000-0000-000000000000")) !== "forbidden";
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    return undefined;
  }
}

async function rightsOf({ cloud, settings }: Parts): Promise<Health["rights"]> {
  try {
    return await cloud.missingRights(settings.place);
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    return { code: error.code, detail: error.detail, correlation: error.correlation };
  }
}
