import * as z from "zod";
import { tokensEnd, withoutDeadTokens } from "../core/lifetimes.ts";
import type { AuditEntry } from "../core/records.ts";
import { type Change, type RowKind, rowShapes, sweepAfterSeconds } from "../core/store.ts";
import type { AuditIndex } from "./auditIndex.ts";
import { lastKey, rowKey, rowSchema } from "./rowFormat.ts";
import { Clash, type JsonTable } from "./table.ts";

/** A row that has to be looked at again. `at`: not before then. */
const choreShape = z.object({
  at: z.string(),
  partition: z.string(),
  kind: z.enum(Object.keys(rowShapes) as [RowKind]),
  id: z.string(),
});
type Chore = z.infer<typeof choreShape>;

/** Beside the due rows, so that these wait for none of them. */
const place = "tend";
const atOnce = 20;

export type Chores = ReturnType<typeof choresIn>;

/**
 * What is left to do about rows, found by time: as many as rows were written since the last sweep, however many there are. Each is written
 * before its row: one too many finds nothing to do, one too few would leave a token for good, or an entry out of the index.
 */
export function choresIn(due: JsonTable, state: JsonTable, index: AuditIndex) {
  /** What follows from an entry, once it is there: a copy for whoever it is about, too, and each in the index. */
  const spread = async (partition: string, id: string, { alsoAbout = [], ...entry }: AuditEntry) => {
    await index.add(partition, id, entry);
    for (const about of alsoAbout) {
      await state.put(about, rowKey("audit", id), { ...entry, about });
      await index.add(about, id, { ...entry, about });
    }
  };

  const tendOne = async (chore: Chore, now: Date): Promise<void> => {
    const { partition, kind, id } = chore;
    const key = rowKey(kind, id);
    const found = await state.get(partition, key);
    if (found && kind === "audit") await spread(partition, id, rowSchema("audit").parse(found.value));
    const clean = found && withoutDeadTokens(found.value, now);
    if (found && clean !== undefined) await state.replace(partition, key, clean, found.etag);
    await due.remove(place, keyOf(chore));
  };

  return {
    /** Before the transaction. */
    async add(partition: string, changes: readonly Change[], now: Date): Promise<void> {
      await Promise.all(
        changes
          .flatMap((change) => choreOf(partition, change, now) ?? [])
          .map((chore) => due.put(place, keyOf(chore), chore)),
      );
    },

    /** After it, given the same time. What fails here is left to the sweep: the transaction has had its effect. */
    async index(partition: string, changes: readonly Change[], now: Date): Promise<void> {
      const entries = changes.flatMap((change) => (change.kind === "audit" ? [change] : []));
      const added = entries.map(async ({ id, value }) => {
        await spread(partition, id, value);
        await due.remove(place, keyOf(entryChore(partition, id, value.at, now)));
      });
      await Promise.allSettled(added);
    },

    async tend(now: Date): Promise<void> {
      const failures: unknown[] = [];
      const tending: Promise<void>[] = [];
      for await (const { value } of due.scan(place, "", `${now.toISOString()}${lastKey}`)) {
        const chore = choreShape.safeParse(value);
        // What a newer version has written is left to it.
        if (!chore.success) continue;
        tending.push(
          tendOne(chore.data, now).catch((error: unknown) => {
            // Somebody writes the row just now: the next sweep looks again.
            if (!(error instanceof Clash)) failures.push(error);
          }),
        );
        if (tending.length === atOnce) await Promise.all(tending.splice(0));
      }
      await Promise.all(tending);
      if (failures.length > 0) throw new AggregateError(failures, "some rows could not be tended");
    },
  };
}

const keyOf = ({ at, partition, kind, id }: Chore): string => `${at}:${partition}:${kind}:${id}`;

/** When whoever writes an entry has had the time to add it to the index; some are dated long before they are written. */
const entryChore = (partition: string, id: string, at: string, now: Date): Chore => ({
  at: new Date(Math.max(Date.parse(at), now.getTime()) + sweepAfterSeconds * 1000).toISOString(),
  partition,
  kind: "audit",
  id,
});

function choreOf(partition: string, change: Change, now: Date): Chore | undefined {
  const { kind, id, value, etag } = change;
  if (kind === "audit") return entryChore(partition, id, value.at, now);
  // Where an answer goes is not changed later, but for rows that get another call's.
  if (etag !== undefined && kind !== "accessLinks" && kind !== "bulk") return undefined;
  const end = tokensEnd(value);
  return end && { at: end.toISOString(), partition, kind, id };
}
