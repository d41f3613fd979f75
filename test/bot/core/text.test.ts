import { expect, it } from "vitest";
import { asItStands, brief, clip, instant, oneLineName, utc, words, write } from "../../../bot/core/text.ts";

const at = instant("2026-01-31T09:05:00Z");
const loud = { text: (text: string) => text.replaceAll("a", "AAA"), instant: utc };

it("writes moments in the way that is asked for", () => {
  const text = words`From ${at} to ${at}.`;
  expect(write(text, asItStands)).toBe("From 2026-01-31 09:05 UTC to 2026-01-31 09:05 UTC.");
});

it("writes no half of a character", () => {
  expect(write("a\uD83D", asItStands)).toBe("a\uFFFD");
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
  const short = { ...asItStands, instant: () => "12345" };
  expect(clip(words`at ${at}!`, 9, short)).toBe("at 12345!");
  expect(clip(words`at ${at}!!`, 9, short)).toBe("at 12345…");
  expect(clip(words`at ${at}!!`, 8, short)).toBe("at…");
});

it.each([
  ["Mia Member", "Mia Member"],
  ["  Mia\n\n\tMember\u0007 ", "Mia Member\uFFFD"],
  ["x".repeat(10_000), `${"x".repeat(79)}…`],
  [" \n ", undefined],
  ["", undefined],
  [null, undefined],
  [undefined, undefined],
])("keeps of a name %# one line", (name, kept) => expect(oneLineName(name)).toBe(kept));

it("keeps the start of what is long", () => {
  expect(brief(`${" ".repeat(100_000)}one two`, 6)).toBe("one t…");
});
