import { expect, it } from "vitest";
import { moment } from "../../../bot/core/card.ts";
import { clip, showMoments, utc } from "../../../bot/core/text.ts";

const at = moment("2026-01-31T09:05:00Z");
const loud = (text: string) => text.replaceAll("a", "AAA");

it("shows moments in the way that is asked for", () => {
  expect(showMoments(`From ${at} to ${at}.`, utc)).toBe("From 2026-01-31 09:05 UTC to 2026-01-31 09:05 UTC.");
});

it.each([
  ["banana", 20, "bAAAnAAAnAAA"],
  ["banana", 12, "bAAAnAAAnAAA"],
  ["banana", 11, "bAAAnAAAn…"],
  ["banana", 5, "bAAA…"],
  ["banana", 4, "b…"],
  ["👩👩👩", 5, "👩👩…"],
  ["one two", 5, "one…"],
])("clips %s to %i", (text, limit, expected) => {
  expect(clip(text, limit, loud)).toBe(expected);
});

it("keeps a moment whole or leaves it out", () => {
  const render = (text: string) => showMoments(text, () => "12345");
  expect(clip(`at ${at}!`, 9, render)).toBe("at 12345!");
  expect(clip(`at ${at}!!`, 9, render)).toBe("at 12345…");
  expect(clip(`at ${at}!!`, 8, render)).toBe("at…");
});
