import type { Bulk, BulkState } from "../core/bulk.ts";
import { begin } from "../engine/begin.ts";
import { beginUnasked } from "../engine/beginUnasked.ts";
import { mayStill } from "../engine/now.ts";
import { addressOf } from "../engine/tell.ts";
import type { Parts } from "../parts.ts";
import { batchTask } from "./batch.ts";
import { bulkCard } from "./bulkCard.ts";
import { bulkFacts, shownInCard } from "./bulkFacts.ts";
import { bulkCause, bulkOperation, nextOfBulk, obstacle, stateAfter } from "./bulkProgress.ts";

const lookSeconds = 5;

/** One operation for many members: checks the running ones and starts the next. */
export const bulkTask = batchTask<Bulk>({
  kind: "bulk",
  rows: async ({ partition, id }, { store }) => {
    const row = await store.get(partition, "bulk", id);
    return row ? [row] : [];
  },
  nextLookAt: (bulk) => bulk.nextLookAt,
  step: async ([bulk], parts) => {
    if (!bulk) return { values: [], inSeconds: undefined };
    const { value, inSeconds } = await step(bulk, parts);
    return { values: [value], inSeconds };
  },
  change: (value, etag) => ({ kind: "bulk", id: value.id, value, etag }),
  card: async ([bulk], { store }) => bulk && bulkCard(bulk, await bulkFacts(bulk, shownInCard(bulk), store)),
});

async function step(bulk: Bulk, parts: Parts): Promise<{ value: Bulk; inSeconds: number | undefined }> {
  // Someone who is no longer an admin starts nothing more.
  const halted = bulk.halted || !(await mayStill(bulk.by, parts));
  const before: Bulk = halted ? { ...bulk, halted } : bulk;
  const running = before.items.flatMap(([member, state]) => (state === "running" ? [member] : []));
  const seen = await Promise.all(
    running.map(async (member) => [member, await stateOf(member, before, parts)] as const),
  );
  const next = nextOfBulk(before, new Map(seen));
  const begins = next.items.some(([member, state]) => state === "running" && !running.includes(member));
  const delay = begins ? 0 : lookSeconds;
  const nextLookAt = new Date(parts.clock.now().getTime() + delay * 1000).toISOString();
  return {
    value: { ...before, ...next, nextLookAt },
    inSeconds: next.status === "running" ? delay : undefined,
  };
}

/** The state of a member on record as running. Starts their operation if it has not started yet. */
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
  await beginUnasked(
    key,
    `started, for many at once: ${bulk.what}`,
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
