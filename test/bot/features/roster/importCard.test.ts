import { expect, it } from "vitest";
import type { ImportEntry, ImportState } from "../../../../bot/core/team.ts";
import { outcome, proposal } from "../../../../bot/features/roster/importCard.ts";
import { messageFrom } from "../../../../bot/platforms/discord/render.ts";
import { cardFrom } from "../../../../bot/platforms/teams/card.ts";

const entries = (states: readonly ImportState[]): ImportEntry[] =>
  Array.from({ length: 200 }, (_, i) => ({
    label: `Entry ${i + 1}, person_number.${i}@engineering.contoso.com`,
    state: states[i % states.length] ?? "add",
    said: "administrator on their VM, size Standard_D4as_v5 for their next instance",
  }));

it.each([
  [proposal("imp2345abcde", entries(["add", "change", "same", "refused", "absent"])), 4],
  [outcome("imp2345abcde", entries(["added", "changed", "same", "refused"])), 3],
])(
  "%#: the longest import is shown on both platforms, each list with how many more there are",
  (card, lists) => {
    const [embed] = messageFrom(card).embeds;
    expect(embed?.description?.match(/and \d+ more/g)).toHaveLength(lists);
    expect(embed?.description).not.toContain("…");
    const onTeams = JSON.stringify(cardFrom(card));
    expect(onTeams.match(/and \d+ more/g)).toHaveLength(lists);
    expect(onTeams).not.toContain("…");
    expect(card.buttons?.map(({ label }) => label)).toEqual(["Show every entry"]);
  },
);

it.each<[ImportState[], string, string]>([
  [["add", "added"], "Importing: 1 of 2 on the roster", "working"],
  [["added", "changed", "refused"], "Import: 1 added, 1 changed, 1 not possible", "good"],
  [["added", "unfinished"], "Import: 1 added, 1 unfinished", "bad"],
  [["refused"], "Import: 1 not possible", "bad"],
  [["same"], "Nothing to import", "good"],
])("%j: %s", (states, title, tone) => {
  const some = states.map((state, i) => ({ label: `Entry ${i + 1}`, state, said: "" }));
  expect(outcome("imp2345abcde", some)).toMatchObject({ title, tone });
});

it("shows one entry at least of each list, however much is said of it", () => {
  const said = "x".repeat(5000);
  const card = proposal("imp2345abcde", [
    { label: "Entry 1", state: "refused", said },
    { label: "Entry 2", state: "add", said },
  ]);
  const [embed] = messageFrom(card).embeds;
  expect(embed?.description).toMatch(/To add:\nEntry 2: x+…\n\nNot possible:\nEntry 1: x+…/);
});
