import { describe, expect, it } from "vitest";
import type { Card } from "../../../bot/core/card.ts";
import { instant, words } from "../../../bot/core/text.ts";
import { rowSchema, writtenCard } from "../../../bot/store/rowFormat.ts";
import { rows } from "./rows.ts";

const time = "2026-01-31T09:05:00.000Z";
const read = (card: unknown) => rowSchema("delivery").parse({ ...rows.delivery, card }).card;
const readAgain = (card: Card) => read(JSON.parse(JSON.stringify(writtenCard(card))));

describe("a card in a row", () => {
  it("keeps its moments", () => {
    const card: Card = {
      title: words`Since ${instant(time)}`,
      tone: "good",
      text: words`Until ${instant(time)}.`,
      facts: [["Seen", instant(time)]],
      sections: [{ text: words`Open until ${instant(time)}`, code: "az login" }],
    };
    expect(readAgain(card)).toEqual(card);
  });

  it("makes no moment of what only looks as if an earlier version had written one", () => {
    const name = `{{${time}}}`;
    const card: Card = {
      title: name,
      tone: "info",
      text: words`${name} since ${instant(time)}`,
      facts: [[name, name]],
      sections: [{ text: name }],
    };
    expect(readAgain(card)).toEqual(card);
  });

  it("that an earlier version has written has its moments, and what is none stands there", () => {
    const earlier = {
      title: "Open",
      tone: "good",
      text: `From {{${time}}} to {{2026-99-99T99:99:99.999Z}}.`,
      facts: [["Seen", `{{${time}}}`]],
    };
    expect(read(earlier)).toEqual({
      ...earlier,
      text: ["From ", { time }, " to 2026-99-99T99:99:99.999Z."],
      facts: [["Seen", [{ time }]]],
    });
  });

  it("can hold what is no moment without being unreadable", () => {
    const text = ["Until ", { time: "soon" }, "."];
    expect(read({ title: "t", tone: "info", text }).text).toBe("Until soon.");
  });
});
