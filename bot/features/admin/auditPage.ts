import { createHash } from "node:crypto";
import type { AuditEntry } from "../../core/records.ts";

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** From 1: the page that was asked for, or the last one. */
  readonly number: number;
  readonly hasMore: boolean;
}

/**
 * One page of the audit, newest first, filled as far as there are entries. What concerns two people is in the audit of both, and
 * is shown once.
 * @param entries newest first, read no further than the page needs
 * @param last the cursor of the previous page; without it, pages are counted from the start
 */
export async function auditPage(
  entries: AsyncIterable<AuditEntry>,
  size: number,
  wanted: number,
  last: Cursor | undefined,
): Promise<AuditPage> {
  let number = last ? wanted : 1;
  let found: AuditEntry[] = [];
  let before: AuditEntry | undefined;
  for await (const entry of last ? after(entries, last) : entries) {
    const isCopy = before?.at === entry.at && before.call === entry.call;
    before = entry;
    if (isCopy) continue;
    if (found.length === size) {
      if (number === wanted) return { entries: found, number, hasMore: true };
      number += 1;
      found = [];
    }
    found.push(entry);
  }
  return { entries: found, number, hasMore: false };
}

/** The last entry of a page; it stays right however many entries are added before it. Short, because a button carries it. */
export interface Cursor {
  readonly at: Date;
  readonly tie: string;
}

export const writtenCursor = (entry: AuditEntry): string =>
  `${Date.parse(entry.at).toString(36)}.${tieOf(entry)}`;

export function readCursor(text: string): Cursor | undefined {
  const [, at, tie] = /^([0-9a-z]{1,9})\.([0-9a-f]{6})$/.exec(text) ?? [];
  const time = at === undefined ? Number.NaN : Number.parseInt(at, 36);
  return tie === undefined || !(time < 8.64e15) ? undefined : { at: new Date(time), tie };
}

/** Distinguishes entries of the same millisecond. */
const tieOf = ({ at, call }: AuditEntry): string =>
  createHash("sha256").update(`${at} ${call}`).digest("hex").slice(0, 6);

async function* after(entries: AsyncIterable<AuditEntry>, { at, tie }: Cursor): AsyncGenerator<AuditEntry> {
  // If the last entry was deleted, show those of its millisecond again.
  let held: AuditEntry[] = [];
  for await (const entry of entries) {
    const time = Date.parse(entry.at);
    if (time > at.getTime()) continue;
    if (time === at.getTime()) held = tieOf(entry) === tie ? [] : [...held, entry];
    else {
      yield* held;
      held = [];
      yield entry;
    }
  }
  yield* held;
}
