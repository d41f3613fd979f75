import { expect, test } from "vitest";
import { bulkCard } from "../../../bot/batch/bulkCard.ts";
import { bulkFacts, byUrgency, shownInCard } from "../../../bot/batch/bulkFacts.ts";
import type { Bulk, BulkState } from "../../../bot/core/bulk.ts";
import { messageFrom } from "../../../bot/platforms/discord/render.ts";
import { cardFrom } from "../../../bot/platforms/teams/card.ts";
import { rows } from "../store/rows.ts";

const bulk = (states: readonly BulkState[], more: Partial<Bulk> = {}): Bulk => ({
  ...rows.bulk,
  halted: undefined,
  items: states.map((state, i) => [`member${i}`, state]),
  ...more,
});
const store = {
  get: () => Promise.resolve(undefined),
  person: (key: string) =>
    Promise.resolve({ member: { value: { ...rows.member, key, name: `Name of ${key}` }, etag: "" } }),
};
const card = async (given: Bulk) => bulkCard(given, await bulkFacts(given, shownInCard(given), store));

test.for<[BulkState[], Partial<Bulk>, { tone: string; title: string; text: string; buttons: string[] }]>([
  [
    ["done", "running", "waiting"],
    {},
    {
      tone: "working",
      title: "Stop: 1 of 3 done",
      text: "1 in progress. 1 waiting for their turn.",
      buttons: ["Start no more"],
    },
  ],
  [
    ["done", "running", "held"],
    { halted: true },
    {
      tone: "working",
      title: "Stop: 1 of 3 done",
      text: "1 in progress. 1 not started, because someone stopped it, or whoever started this is no longer an admin.",
      buttons: [],
    },
  ],
  [
    ["done", "failed", "held"],
    { status: "ended" },
    {
      tone: "bad",
      title: "Stop: 1 of 3 done",
      text: "1 failed. 1 not started, because one failed. This is finished. I told each owner on the roster what was done.",
      buttons: [],
    },
  ],
  [
    ["done", "busy"],
    { status: "ended" },
    {
      tone: "info",
      title: "Stop: 1 of 2 done",
      text: "1 skipped. This is finished. I told each owner on the roster what was done.",
      buttons: [],
    },
  ],
  [
    ["done", "done"],
    { status: "ended" },
    {
      tone: "good",
      title: "Stop: 2 of 2 done",
      text: "This is finished. I told each owner on the roster what was done.",
      buttons: [],
    },
  ],
])("%s", async ([states, more, expected]) => {
  const { tone, title, text, buttons = [] } = await card(bulk(states, more));
  expect({ tone, title, text, buttons: buttons.map(({ label }) => label) }).toEqual(expected);
});

test("of a thousand the card shows twenty, those first of whom somebody has to know, and a way to the rest", async () => {
  const many = bulk([...Array<BulkState>(999).fill("done"), "failed"], { status: "ended" });
  const shown = await card(many);
  expect(shown.facts).toHaveLength(20);
  expect(shown.facts?.[0]).toEqual(["Name of member999", "Failed."]);
  expect(shown.footer).toBe("and 980 more");
  expect(shown.buttons?.map(({ label }) => label)).toEqual(["Show all"]);
  expect(byUrgency(many)).toHaveLength(1000);
  // Nothing is cut off on either platform.
  for (const rendered of [messageFrom(shown), cardFrom(shown)]) {
    const text = JSON.stringify(rendered);
    for (const [name] of shown.facts ?? []) expect(text).toContain(name);
  }
});
