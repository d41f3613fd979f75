import type { Button, Card, Section } from "../card.ts";
import type { ImportEntry, ImportPart, ImportState } from "../team.ts";

/** What an import would do, or has done, in as much as a message holds; the button shows each entry. */
export function importCard(
  id: string,
  entries: readonly ImportEntry[],
  absent: readonly string[] = [],
): Card {
  const counts = countsOf(entries);
  const open = counts.add + counts.change;
  const done = counts.added + counts.changed;
  return {
    title: titleOf(counts, open, done),
    tone: open > 0 ? "working" : done > 0 || counts.refused === 0 ? "good" : "bad",
    text: counts.same === 0 ? undefined : `As the roster has it already: ${people(counts.same)}.`,
    sections: [
      ...sectionOf("Would be added", entries, "add"),
      ...sectionOf("Would be changed", entries, "change"),
      ...sectionOf("Added", entries, "added"),
      ...sectionOf("Changed", entries, "changed"),
      ...sectionOf("Not possible", entries, "refused"),
      ...(absent.length > 0
        ? [{ text: `On the roster, but not in the file (import removes nobody): ${some(absent, ", ")}` }]
        : []),
    ],
    buttons: entries.length > 1 ? [each(id)] : [],
  };
}

const titleOf = (
  { refused, add, change, added, changed }: Readonly<Record<ImportState, number>>,
  open: number,
  done: number,
): string => {
  if (open > 0 && done === 0) return `Import ${people(add + change)}?`;
  if (open > 0) return `Importing: ${done} of ${open + done} done`;
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(refused > 0 ? [`${refused} not possible`] : []),
  ];
  return parts.length === 0 ? "There is nothing to import" : `Import: ${parts.join(", ")}`;
};

const people = (count: number): string => (count === 1 ? "one person" : `${count} people`);

function countsOf(entries: readonly ImportEntry[]): Readonly<Record<ImportState, number>> {
  const counts = { add: 0, change: 0, same: 0, refused: 0, added: 0, changed: 0 };
  for (const { state } of entries) counts[state] += 1;
  return counts;
}

function sectionOf(title: string, entries: readonly ImportEntry[], state: ImportState): readonly Section[] {
  const found = entries.filter((entry) => entry.state === state);
  if (found.length === 0) return [];
  return [{ text: `${title}:\n${some(found.map(importLine), "\n")}` }];
}

/** One entry in a line. */
export const importLine = ({ label, person, said }: ImportEntry): string =>
  [person ? `${person.name} (${person.email ?? person.objectId})` : label, said].filter(Boolean).join(": ");

/** Characters that one list may take, so that all of a card's lists fit on every platform. */
const room = 700;

/** As many as there is room for, and how many more there are. */
function some(items: readonly string[], separator: string): string {
  let length = 0;
  const shown = items.filter((item) => {
    length += item.length + separator.length;
    return length <= room;
  });
  const more = items.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(separator);
}

const each = (id: string): Button => ({
  label: "Each of them",
  line: { command: "roster imported", options: { id } },
});

/** How an import stands. */
export const standing = (parts: readonly ImportPart[]): Card =>
  importCard(
    parts[0]?.id ?? "",
    parts.flatMap(({ entries }) => entries),
  );
