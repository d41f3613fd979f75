import * as z from "zod";
import { type Clock, minuteMs } from "../core/clock.ts";
import type { Person } from "../core/instance.ts";
import type { Change, Store } from "../core/store.ts";
import { lastKey, rowSchema } from "./rowFormat.ts";
import { Clash, type JsonTable, type Stored } from "./table.ts";

/**
 * Everybody on the roster is listed from copies, one for each key in `roster`. A mark says that somebody was about to change a person: it stands
 * among the due rows, so that it is written with them, in one call. While there is one, the person's own rows count.
 */
const marked = "changing:";
const markShape = z.object({ changing: z.string() });

/** What a row of `roster` holds beside its key; null: nobody came to be by it. None: the key is new, or an earlier version has written it. */
const copyShape = () =>
  z.object({
    person: z.object({ member: rowSchema("member"), instance: rowSchema("instance").optional() }).nullable(),
  });

type Copy = Person | null;

/**
 * So long after somebody was about to change a person they have done so, or never will: the host ends whatever runs for 30 minutes
 * ("host.json reference", `functionTimeout` of the Flex Consumption plan, 2026).
 */
const settledMs = 40 * minuteMs;
const atOnce = 50;

const markRow = (key: string, now: Date) => ({
  row: `${marked}${key}`,
  value: { changing: now.toISOString() },
});

/** What has to be in the table of due rows before these changes are made. */
export const changingRows = (partition: string, changes: readonly Change[], now: Date) =>
  changes.some(({ kind }) => kind === "member" || kind === "instance") ? [markRow(partition, now)] : [];

/** Everybody on the roster: a call for each page of marks and of copies, and one for each person who was changed lately. */
export function peopleIn(
  roster: JsonTable,
  due: JsonTable,
  { person: read }: Pick<Store, "person">,
  clock: Clock,
): Pick<Store, "people" | "members"> {
  // Made with its first use: schemas take their time on a cold start.
  let made: ReturnType<typeof copyShape> | undefined;
  /** What can't be read as a copy is none. */
  const copyIn = ({ value }: Stored): Copy | undefined => {
    made ??= copyShape();
    return made.safeParse(value).data?.person;
  };

  /** As the rows say it; the next call finds it in the copy, once nobody can be about to change it. */
  const readAnew = async (row: Stored, mark: Stored | undefined): Promise<Copy> => {
    const key = row.rowKey;
    const { member, instance } = await read(key);
    const person = member ? { member: member.value, instance: instance?.value } : null;
    const now = clock.now();
    if (mark && hasSettled(mark, now)) await settle(row, mark, person);
    else if (!mark && !same(copyIn(row), person)) {
      // An earlier version has written it, and may be about to do so again.
      const { row: name, value } = markRow(key, now);
      await due.put("due", name, value);
    }
    return person;
  };

  /** The mark goes after the copy, and only if nobody was about to change the person meanwhile. */
  const settle = async ({ rowKey, etag }: Stored, mark: Stored, person: Copy): Promise<void> => {
    try {
      await roster.replace("member", rowKey, { person }, etag);
      await due.remove("due", mark.rowKey, mark.etag);
    } catch (error) {
      // Too long for a row: each call reads those two then.
      if (!(error instanceof Clash) && !(error instanceof RangeError)) throw error;
    }
  };

  const people: Store["people"] = async ({ anew, from = "" } = {}) => {
    // Before the copies: one without a mark then is as its rows were at that moment, or newer.
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
