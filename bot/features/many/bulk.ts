import { begin } from "../../core/begin.ts";
import {
  type Bulk,
  type BulkState,
  bulkCause,
  bulkOperation,
  nextOfBulk,
  obstacle,
  stateAfter,
} from "../../core/bulk.ts";
import { Conflict } from "../../core/errors.ts";
import { botPartition } from "../../core/partition.ts";
import type { Change, Row, WorkMessage } from "../../core/store.ts";
import { mayStill } from "../../engine/adminNow.ts";
import { commence } from "../../engine/commence.ts";
import { deliver } from "../../engine/deliver.ts";
import { enter, wakeUp } from "../../engine/outbox.ts";
import { stateOfLook, stateOfMessage } from "../../engine/task.ts";
import { addressOf } from "../../engine/tell.ts";
import type { Parts, Task } from "../../parts.ts";
import { bulkCard } from "./bulkCard.ts";
import { bulkFacts, shownInCard } from "./bulkFacts.ts";

const lookSeconds = 5;
/** A message this much before the expected look is a double of another one that is under way. */
const doubleMs = 2000;

/** Something for many: sees what has become of those that run, begins the next ones, tells, looks again. */
export const bulkTask: Task = {
  kind: "bulk",
  owes: (id) => id,
  run: advance,
  async state(message, parts) {
    const bulk = (await parts.store.get(message.member, "bulk", message.id))?.value;
    return bulk?.status === "running"
      ? stateOfLook(bulk.nextLookAt, parts.clock.now())
      : stateOfMessage(message, parts);
  },
};

async function advance({ member: partition, id }: WorkMessage, parts: Parts): Promise<void> {
  const row = await parts.store.get(partition, "bulk", id);
  if (!row || row.value.status === "asked") return;
  if (row.value.status === "running") {
    if (Date.parse(row.value.nextLookAt) - parts.clock.now().getTime() > doubleMs) return;
    try {
      await step(row, parts);
    } catch (error) {
      // Another worker, or a command, was faster: decide again on what is true now.
      if (!(error instanceof Conflict)) throw error;
      await wakeUp({ kind: "bulk", member: partition, id }, 1, parts);
      return;
    }
  }
  await deliver(partition, id, parts);
}

async function step(row: Row<Bulk>, parts: Parts): Promise<void> {
  const { clock } = parts;
  // Whoever is no admin any more begins nothing more.
  const halted = row.value.halted || !(await mayStill(row.value.by, parts));
  const before: Bulk = halted ? { ...row.value, halted } : row.value;
  const running = before.items.flatMap(([member, state]) => (state === "running" ? [member] : []));
  const seen = await Promise.all(
    running.map(async (member) => [member, await stateOf(member, before, parts)] as const),
  );
  const next = nextOfBulk(before, new Map(seen));
  const begins = next.items.some(([member, state]) => state === "running" && !running.includes(member));
  const delay = begins ? 0 : lookSeconds;
  const value: Bulk = {
    ...before,
    ...next,
    nextLookAt: new Date(clock.now().getTime() + delay * 1000).toISOString(),
  };
  const message = { kind: "bulk", member: botPartition, id: value.id } as const;
  const again = value.status === "running" ? { message, inSeconds: delay } : undefined;
  const changes = [
    { kind: "bulk", id: value.id, value, etag: row.etag } as const,
    ...(await progressChange(value, parts)),
  ];
  await enter({ partition: botPartition, changes, again }, parts);
}

/** How it stands with one that is written down as running. Its operation is begun here, if that has not been done yet. */
async function stateOf(key: string, bulk: Bulk, parts: Parts): Promise<BulkState> {
  const { store, clock, settings } = parts;
  const begun = await store.get(key, "op", bulkOperation(bulk.id, key));
  if (begun) return stateAfter(begun.value);
  if (bulk.halted) return "held";
  const { member, instance } = await store.person(key);
  const generation = instance?.value.generation;
  const birth = generation === undefined ? undefined : (await store.get(key, "op", generation))?.value;
  const operation = parts.operations[bulk.operation];
  const hindered = obstacle(bulk, operation, member?.value, instance?.value, birth?.startedAt);
  if (hindered || !member) return hindered ?? "left";
  await commence(
    key,
    `began, for many at once: ${bulk.what}`,
    begin({
      operation,
      cause: bulkCause(bulk.id, key),
      member: member.value,
      instance,
      by: bulk.by,
      replyTo: addressOf(member.value, birth?.by, parts),
      input: bulk.input,
      now: clock.now(),
      settings,
    }),
    parts,
    bulk.by,
  );
  return "running";
}

/** The one progress message, when its card has changed. */
async function progressChange(bulk: Bulk, { store }: Parts): Promise<readonly Change[]> {
  const row = await store.get(botPartition, "delivery", bulk.id);
  if (!row) return [];
  const card = bulkCard(bulk, await bulkFacts(bulk, shownInCard(bulk), store));
  if (JSON.stringify(card) === JSON.stringify(row.value.card)) return [];
  const value = { ...row.value, card, revision: row.value.revision + 1 };
  return [{ kind: "delivery", id: bulk.id, value, etag: row.etag }];
}
