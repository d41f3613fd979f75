import * as z from "zod";
import { tokensEnd, withoutDeadTokens } from "../core/lifetimes.ts";
import type { AuditEntry } from "../core/records.ts";
import { type Change, type RowKind, rowShapes, sweepAfterSeconds } from "../core/store.ts";
import type { AuditIndex } from "./auditIndex.ts";
import { lastKey, rowKey, rowSchema } from "./rowFormat.ts";
import { Clash, type JsonTable } from "./table.ts";

/** A row that has to be looked at again. `at`: not before that. */
const choreShape = z.object({
  at: z.string(),
  partition: z.string(),
  kind: z.enum(Object.keys(rowShapes) as [RowKind]),
  id: z.string(),
});
type Chore = z.infer<typeof choreShape>;

/** Among the due rows, so that both are written at once, and after all of them, so that none of those waits for these. */
const place = { partition: "due", prefix: "tend:" };
/** Where versions until November 2026 wrote them. The last of these expire within an hour. */
const formerly = { partition: "tend", prefix: "" };

/**
 * What is left to do about rows, found by time: as much as was written since the last sweep, however many rows there are. Each chore is
 * written before its row: a surplus one finds nothing to do, a missing one would leave a token for good, or an entry out of the index.
 */
export function choresIn(due: JsonTable, state: JsonTable, index: AuditIndex) {
  /** What follows from an entry, once it exists: a copy for each other person it concerns, and index rows for all of them. */
  const spread = async (partition: string, id: string, { alsoAbout = [], ...entry }: AuditEntry) => {
    await index.add(partition, id, entry);
    for (const about of alsoAbout) {
      await state.put(about, rowKey("audit", id), { ...entry, about });
      await index.add(about, id, { ...entry, about });
    }
  };

  const tendOne = async (
    { partition, kind, id }: Chore,
    now: Date,
  ): Promise<"done" | "gone" | "unreadable"> => {
    const key = rowKey(kind, id);
    const found = await state.get(partition, key);
    if (!found) return "gone";
    if (kind === "audit") {
      const entry = rowSchema("audit").safeParse(found.value).data;
      // What a newer version wrote is left to it.
      if (!entry) return "unreadable";
      await spread(partition, id, entry);
    }
    const clean = withoutDeadTokens(found.value, now);
    if (clean !== undefined) await state.replace(partition, key, clean, found.etag);
    return "done";
  };

  /** The chores that are due by then and wanted. */
  async function* pending(by: string, isWanted: (chore: Chore) => boolean) {
    for (const { partition, prefix } of [place, formerly])
      for await (const { rowKey: row, value } of due.scan(partition, prefix, `${prefix}${by}${lastKey}`)) {
        const chore = choreShape.safeParse(value);
        // What a newer version wrote is left to it.
        if (chore.success && isWanted(chore.data)) yield { partition, row, chore: chore.data };
      }
  }

  const tendAll = (by: string, isWanted: (chore: Chore) => boolean, now: Date): Promise<void> =>
    forEach(pending(by, isWanted), async ({ partition, row, chore }) => {
      const came = await tendOne(chore, now);
      // A row that isn't there yet may still be written until then.
      if (came === "done" || (came === "gone" && Date.parse(chore.at) <= now.getTime()))
        await due.remove(partition, row);
    });

  return {
    tend: (now: Date): Promise<void> => tendAll(now.toISOString(), () => true, now),

    /** Adds every audit entry written so far to the index. */
    indexAll: (now: Date): Promise<void> => tendAll("", ({ kind }) => kind === "audit", now),
  };
}

const atOnce = 20;

/** Does something with each item, a few at a time. */
async function forEach<T>(each: AsyncIterable<T>, doing: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  const tending: Promise<void>[] = [];
  for await (const one of each) {
    tending.push(
      doing(one).catch((error: unknown) => {
        // Someone is writing the row just now: the next sweep looks again.
        if (!(error instanceof Clash)) failures.push(error);
      }),
    );
    if (tending.length === atOnce) await Promise.all(tending.splice(0));
  }
  await Promise.all(tending);
  if (failures.length > 0) throw new AggregateError(failures, "some rows could not be tended");
}

/** What the table of due rows has to hold before these changes are made. */
export const choreRows = (
  partition: string,
  changes: readonly Change[],
  now: Date,
): readonly { readonly row: string; readonly value: Chore }[] =>
  changes
    .flatMap((change) => choreOf(partition, change, now) ?? [])
    .map((chore) => ({ row: `${place.prefix}${keyOf(chore)}`, value: chore }));

const keyOf = ({ at, partition, kind, id }: Chore): string => `${at}:${partition}:${kind}:${id}`;

/** When the transaction with the entry was written, or never will be. Some entries are dated long before they are written. */
const entryChore = (partition: string, id: string, at: string, now: Date): Chore => ({
  at: new Date(Math.max(Date.parse(at), now.getTime()) + sweepAfterSeconds * 1000).toISOString(),
  partition,
  kind: "audit",
  id,
});

function choreOf(partition: string, change: Change, now: Date): Chore | undefined {
  const { kind, id, value, etag } = change;
  if (kind === "audit") return entryChore(partition, id, value.at, now);
  // Where an answer goes doesn't change later, except in rows that get another call's.
  if (etag !== undefined && kind !== "accessLinks" && kind !== "bulk") return undefined;
  const end = tokensEnd(value);
  return end && { at: end.toISOString(), partition, kind, id };
}
