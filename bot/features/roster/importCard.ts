import type { Button, Card, Section } from "../../core/card.ts";
import type { ImportEntry, ImportState } from "../../core/team.ts";
import { brief } from "../../core/text.ts";

/** What an import would do, as far as one message has room. The button shows every entry. */
export function proposal(id: string, entries: readonly ImportEntry[]): Card {
  const { add, change } = countsOf(entries);
  if (add + change === 0) return { ...outcome(id, entries), buttons: [] };
  return card(`Import ${people(add + change)}?`, "info", id, entries, [
    ...sectionOf("To add", entries, "add"),
    ...sectionOf("To change", entries, "change"),
    ...sectionOf("Not possible", entries, "refused"),
    ...sectionOf("On the roster, but not in the file (import removes nobody)", entries, "absent"),
  ]);
}

/** The state of a confirmed import. `running`: some changes in Azure haven't finished yet. */
export function outcome(id: string, entries: readonly ImportEntry[], running = false): Card {
  const { add, change, added, changed, refused, unfinished } = countsOf(entries);
  const [open, done] = [add + change, added + changed + unfinished];
  const ends = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(unfinished > 0 ? [`${unfinished} unfinished`] : []),
    ...(refused > 0 ? [`${refused} not possible`] : []),
  ];
  const title =
    open > 0 || running
      ? `Importing: ${done} of ${open + done} on the roster`
      : ends.length === 0
        ? "Nothing to import"
        : `Import: ${ends.join(", ")}`;
  const well = unfinished === 0 && (done > 0 || refused === 0);
  const tone = open > 0 || running ? "working" : well ? "good" : "bad";
  return card(title, tone, id, entries, [
    ...sectionOf("Added", entries, "added"),
    ...sectionOf("Changed", entries, "changed"),
    ...sectionOf("On the roster, but not in Azure", entries, "unfinished"),
    ...sectionOf("Not possible", entries, "refused"),
  ]);
}

function card(
  title: string,
  tone: Card["tone"],
  id: string,
  entries: readonly ImportEntry[],
  sections: readonly Section[],
): Card {
  const { same } = countsOf(entries);
  return {
    title,
    tone,
    text: same === 0 ? undefined : `Already up to date: ${people(same)}.`,
    sections,
    buttons: entries.length > 1 ? [each(id)] : [],
  };
}

const people = (count: number): string => (count === 1 ? "one person" : `${count} people`);

function countsOf(entries: readonly ImportEntry[]): Readonly<Record<ImportState, number>> {
  const counts = { add: 0, change: 0, same: 0, refused: 0, added: 0, changed: 0, unfinished: 0, absent: 0 };
  for (const { state } of entries) counts[state] += 1;
  return counts;
}

function sectionOf(title: string, entries: readonly ImportEntry[], state: ImportState): readonly Section[] {
  const found = entries.filter((entry) => entry.state === state);
  if (found.length === 0) return [];
  return [{ text: `${title}:\n${some(found.map(importLine), "\n")}` }];
}

/** One entry as one line. */
export const importLine = ({ label, person, said }: ImportEntry): string =>
  [person ? `${person.name} (${person.email ?? person.objectId})` : label, said].filter(Boolean).join(": ");

/** How many characters one list may take so that all lists of a card fit on every platform. */
const room = 700;

/** As many items as there is room for, at least one, and how many more there are. */
function some(all: readonly string[], separator: string): string {
  const items = all.map((item) => brief(item, room - separator.length));
  let length = 0;
  const shown = items.filter((item) => {
    length += item.length + separator.length;
    return length <= room;
  });
  const more = items.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(separator);
}

const each = (id: string): Button => ({
  label: "Show every entry",
  line: { command: "roster imported", options: { id } },
});
