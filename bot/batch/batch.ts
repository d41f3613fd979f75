import type { Card } from "../core/card.ts";
import { renewed } from "../core/delivery.ts";
import { type Change, mostTries, type Row, type WorkMessage } from "../core/store.ts";
import { deliver } from "../engine/deliver.ts";
import { enter } from "../engine/outbox.ts";
import { type Expected, forLook, stateOfLook, stateOfMessage, takeStep } from "../engine/task.ts";
import type { Parts, Task } from "../parts.ts";

/** Asked but not yet confirmed, in progress, or finished. */
interface Stage {
  readonly status: "asked" | "running" | "ended" | "done";
}

/** The progress of a batch. */
interface Progress<V> {
  readonly values: readonly V[];
  /** Seconds until the next step; undefined: it is finished. */
  readonly inSeconds: number | undefined;
}

/** Something for many members, a few at a time, with one progress message. The list may take several rows. */
export interface Batch<V extends Stage> {
  readonly kind: WorkMessage["kind"];
  rows(message: WorkMessage, parts: Parts): Promise<readonly Row<V>[]>;
  /** ISO 8601: when its next look is expected; undefined before the first one, and in rows of an earlier version. */
  nextLookAt(value: V): string | undefined;
  /** Handles the next few. May run twice, also at the same time. @throws Conflict, and errors worth another try */
  step(values: readonly V[], parts: Parts, isLastTry: boolean): Promise<Progress<V>>;
  change(value: V, etag: string): Change;
  card(values: readonly V[], parts: Parts): Promise<Card | undefined> | Card | undefined;
}

/** The work on a batch; its message has the batch's id. */
export const batchTask = <V extends Stage>(batch: Batch<V>): Task => ({
  kind: batch.kind,
  owes: (id) => id,
  async run(message, parts, tries) {
    const rows = await batch.rows(message, parts);
    const [first] = rows;
    if (!first || first.value.status === "asked") return;
    const expected = expectedOf(batch, rows);
    const again = async () => expectedOf(batch, await batch.rows(message, parts));
    const step = () => goOn(batch, message, rows, tries >= mostTries, parts);
    if (expected && !(await takeStep(message, expected, again, step, parts))) return;
    await deliver(message.partition, message.id, parts);
  },
  async state(message, parts) {
    const expected = expectedOf(batch, await batch.rows(message, parts));
    return expected ? stateOfLook(expected, parts.clock.now()) : stateOfMessage(message, parts);
  },
});

/** Undefined before it starts and once it is finished. */
const expectedOf = <V extends Stage>(batch: Batch<V>, [first]: readonly Row<V>[]): Expected | undefined =>
  first?.value.status === "running" ? { nextLookAt: batch.nextLookAt(first.value) } : undefined;

async function goOn<V extends Stage>(
  batch: Batch<V>,
  message: WorkMessage,
  rows: readonly Row<V>[],
  isLastTry: boolean,
  parts: Parts,
): Promise<true> {
  const before = rows.map(({ value }) => value);
  const { values, inSeconds } = await batch.step(before, parts, isLastTry);
  const changes = rows.flatMap(({ value, etag }, index): Change[] => {
    const after = values[index];
    return after && after !== value ? [batch.change(after, etag)] : [];
  });
  const nextLookAt = values[0] && batch.nextLookAt(values[0]);
  const nextMessage = forLook(message, { nextLookAt });
  await enter(
    {
      partition: message.partition,
      changes: [...changes, ...(await told(message, await batch.card(values, parts), parts))],
      again: inSeconds === undefined ? undefined : { message: nextMessage, inSeconds },
    },
    parts,
  );
  return true;
}

/** Updates the progress message if its card has changed. */
async function told(
  { partition, id }: WorkMessage,
  card: Card | undefined,
  { store }: Parts,
): Promise<readonly Change[]> {
  const row = await store.get(partition, "delivery", id);
  const value = row && card && renewed(row.value, card);
  return value ? [{ kind: "delivery", id, value, etag: row.etag }] : [];
}
