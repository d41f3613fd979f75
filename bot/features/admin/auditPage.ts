import { createHash } from "node:crypto";
import type { AuditEntry } from "../../core/records.ts";

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Counted from 1: the one that was asked for, or the last there is. */
  readonly number: number;
  readonly hasMore: boolean;
}

/**
 * One page of what was done, newest first; it is full where there is enough. What concerned two people is in the audit of both, and is
 * shown once.
 * @param entries newest first, read no further than the page goes
 * @param last the cursor of the page before, from which this one goes on; without it the pages are counted through
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

/** The last entry of a page, however many come before it meanwhile. Short, since a button carries it. */
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

/** Tells apart what was done in the same millisecond. */
const tieOf = ({ at, call }: AuditEntry): string =>
  createHash("sha256").update(`${at} ${call}`).digest("hex").slice(0, 6);

async function* after(entries: AsyncIterable<AuditEntry>, { at, tie }: Cursor): AsyncGenerator<AuditEntry> {
  // Should the last one be gone, those of its millisecond are shown again.
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
