import { dayMs } from "../core/clock.ts";
import type { AuditEntry } from "../core/records.ts";
import { lastKey, rowKey, rowSchema } from "./rowFormat.ts";
import type { JsonTable, Stored } from "./table.ts";

/** Called before the entry itself is deleted: a crash in between leaves an entry that is deleted next time, and no index row without one. */
export const dropFromIndex = (
  audit: Pick<JsonTable, "remove">,
  partition: string,
  id: string,
  { at }: AuditEntry,
): Promise<void> => audit.remove(dayOf(at), keyOf(partition, id));

export type AuditIndex = ReturnType<typeof auditIndex>;

/** How many entries are read at the same time. */
const atOnce = 20;

/**
 * Audit entries by day. Each row is added after its entry and dropped before it, so none is here without one. An earlier version added
 * rows before their entries, and some were left without one; those are skipped.
 */
export function auditIndex(audit: JsonTable, state: JsonTable) {
  const entryOf = async ({ rowKey: key }: Stored): Promise<AuditEntry | undefined> => {
    const end = key.lastIndexOf(":");
    const found = await state.get(key.slice(end + 1), rowKey("audit", key.slice(0, end)));
    return found && rowSchema("audit").parse(found.value);
  };

  return {
    /** `partition`: where the entry is. The row's key ends with it. */
    add: (partition: string, id: string, entry: AuditEntry): Promise<void> =>
      audit.put(dayOf(entry.at), keyOf(partition, id), entry),

    /** Newest first. */
    async *between(
      from: Date,
      to: Date,
      isWanted: (entry: AuditEntry) => boolean = () => true,
    ): AsyncGenerator<AuditEntry> {
      for (const day of daysBetween(from, to)) {
        const found = (await audit.range(day, "", lastKey))
          .map((row) => ({ row, entry: rowSchema("audit").parse(row.value) }))
          .filter(({ entry }) => isWithin(entry.at, from, to) && isWanted(entry))
          .toReversed()
          // Entries whose key starts with the day alone are among them, too.
          .toSorted((a, b) => b.entry.at.localeCompare(a.entry.at));
        for (let start = 0; start < found.length; start += atOnce) {
          const some = found.slice(start, start + atOnce);
          for (const entry of await Promise.all(some.map(({ row }) => entryOf(row)))) if (entry) yield entry;
        }
      }
    },
  };
}

const isWithin = (at: string, from: Date, to: Date): boolean =>
  Date.parse(at) >= from.getTime() && Date.parse(at) <= to.getTime();

const keyOf = (partition: string, id: string): string => `${id}:${partition}`;

const dayOf = (at: Date | string): string => new Date(at).toISOString().slice(0, 10);

/** Newest first, both days included. */
function daysBetween(from: Date, to: Date): readonly string[] {
  const days: string[] = [];
  for (let at = Date.parse(dayOf(from)); at <= to.getTime(); at += dayMs) days.push(dayOf(new Date(at)));
  return days.toReversed();
}
