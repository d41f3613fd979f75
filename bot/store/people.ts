import * as z from "zod";
import { type Clock, minuteMs } from "../core/clock.ts";
import type { Person } from "../core/instance.ts";
import type { Change, Store } from "../core/store.ts";
import { lastKey, rowSchema } from "./rowFormat.ts";
import { Clash, type JsonTable, type Stored } from "./table.ts";

/**
 * Everyone on the roster is listed from copies, one per key in `roster`. A mark says that someone was about to change a person; it is
 * among the due rows, so that both are written in one call. While there is a mark, the person's own rows count.
 */
const marked = "changing:";
const markShape = z.object({ changing: z.string() });

/** What a row of `roster` holds besides its key. Null if nobody was added under it; nothing if the key is new, or an earlier version wrote it. */
const copyShape = () =>
  z.object({
    person: z.object({ member: rowSchema("member"), instance: rowSchema("instance").optional() }).nullable(),
  });

type Copy = Person | null;

/**
 * After this time, someone who was about to change a person has done so, or never will: the host ends whatever runs for 30 minutes
 * ("host.json reference", `functionTimeout` of the Flex Consumption plan, 2026).
 */
const settledMs = 40 * minuteMs;
const atOnce = 50;

const markRow = (key: string, now: Date) => ({
  row: `${marked}${key}`,
  value: { changing: now.toISOString() },
});

/** What the table of due rows has to hold before these changes are made. */
export const changingRows = (partition: string, changes: readonly Change[], now: Date) =>
  changes.some(({ kind }) => kind === "member" || kind === "instance") ? [markRow(partition, now)] : [];

/** Everyone on the roster: one call per page of marks and of copies, and one per person who was changed recently. */
export function peopleIn(
  roster: JsonTable,
  due: JsonTable,
  { person: read }: Pick<Store, "person">,
  clock: Clock,
): Pick<Store, "people" | "members"> {
  // Created at its first use: schemas take time on a cold start.
  let made: ReturnType<typeof copyShape> | undefined;
  /** What can't be read as a copy counts as none. */
  const copyIn = ({ value }: Stored): Copy | undefined => {
    made ??= copyShape();
    return made.safeParse(value).data?.person;
  };

  /** Reads the person's own rows, and updates the copy once no one can be about to change them. */
  const readAnew = async (row: Stored, mark: Stored | undefined): Promise<Copy> => {
    const key = row.rowKey;
    const { member, instance } = await read(key);
    const person = member ? { member: member.value, instance: instance?.value } : null;
    const now = clock.now();
    if (mark && hasSettled(mark, now)) await settle(row, mark, person);
    else if (!mark && !same(copyIn(row), person)) {
      // An earlier version wrote it, and may be about to do so again.
      const { row: name, value } = markRow(key, now);
      await due.put("due", name, value);
    }
    return person;
  };

  /** Deletes the mark after writing the copy, and only if no one was about to change the person in the meantime. */
  const settle = async ({ rowKey, etag }: Stored, mark: Stored, person: Copy): Promise<void> => {
    try {
      await roster.replace("member", rowKey, { person }, etag);
      await due.remove("due", mark.rowKey, mark.etag);
    } catch (error) {
      // Too long for a row: then each call reads the person's own rows.
      if (!(error instanceof Clash) && !(error instanceof RangeError)) throw error;
    }
  };

  const people: Store["people"] = async ({ anew, from = "" } = {}) => {
    // Before the copies: a copy without a mark is then as the rows were at that moment, or newer.
    const marks = await due.range("due", `${marked}${from}`, `${marked}${lastKey}`);
    const byKey = new Map(marks.map((mark) => [mark.rowKey.slice(marked.length), mark]));
    const rows = await roster.range("member", from, lastKey);
    const found: Person[] = [];
    for (let start = 0; start < rows.length; start += atOnce) {
      const some = rows.slice(start, start + atOnce).map((row) => {
        const mark = byKey.get(row.rowKey);
        const copy = anew || mark ? undefined : copyIn(row);
        return copy === undefined ? readAnew(row, mark) : copy;
      });
      for (const person of await Promise.all(some)) if (person) found.push(person);
    }
    return found;
  };
  return { people, members: async () => (await people()).map(({ member }) => member) };
}

const hasSettled = ({ value }: Stored, now: Date): boolean =>
  now.getTime() - Date.parse(markShape.safeParse(value).data?.changing ?? "") > settledMs;

const same = (a: Copy | undefined, b: Copy): boolean => JSON.stringify(a) === JSON.stringify(b);
