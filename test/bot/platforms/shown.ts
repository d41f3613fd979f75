import { expect } from "vitest";
import * as z from "zod";
import { partsOf, type Words, wellFormed } from "../../../bot/core/text.ts";
import type { AdaptiveCard } from "../../../bot/platforms/teams/card.ts";

/** What a reader gets to see of a text that a platform was given. */
export interface Read {
  /** A moment is ⏱. */
  readonly text: string;
  /** In seconds since 1970. */
  readonly times: readonly number[];
  /** What is more than words and moments: links, mentions, bold type, … */
  readonly marks: readonly string[];
}

/** White space is shown in different ways. */
export const even = (text: string): string => wellFormed(text).replaceAll(/\s+/g, " ").trim();
const plainly = (text: Words): string =>
  even(
    partsOf(text)
      .map((part) => (typeof part === "string" ? part : "⏱"))
      .join(""),
  );
const timesOf = (text: Words): number[] =>
  partsOf(text).flatMap((part) =>
    typeof part === "string" ? [] : [Math.floor(Date.parse(part.time) / 1000)],
  );

/** The whole text, or its start and an ellipsis; its moments and no others; and no mark-up. */
export function expectShown(read: Read, text: Words): void {
  expect(read.marks).toEqual([]);
  const [shown, whole] = [even(read.text), plainly(text) || "–"];
  if (shown !== whole) {
    expect(shown.endsWith("…")).toBe(true);
    expect(whole.startsWith(shown.slice(0, -1).trimEnd())).toBe(true);
  }
  expect(timesOf(text).slice(0, read.times.length)).toEqual(read.times);
  if (shown === whole) expect(read.times).toHaveLength(timesOf(text).length);
}

/** All strings in a value. */
export const strings = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(strings)
      : [];

const block = z.union([
  z.object({ type: z.literal("TextBlock"), text: z.string() }).transform(({ text }) => [text]),
  z
    .object({ facts: z.array(z.object({ title: z.string(), value: z.string() })) })
    .transform(({ facts }) => facts.flatMap(({ title, value }) => [title, value])),
  z
    .object({ items: z.array(z.object({ text: z.string() })) })
    .transform(({ items }) => items.map(({ text }) => text)),
]);

/** The texts of a card that are Markdown to Teams, in order. */
export const blocksOf = ({ body }: AdaptiveCard): string[] => z.array(block).parse(body).flat();
