import * as z from "zod";
import type { Of } from "./shape.ts";

/** A moment as data (ISO 8601), so that nothing that stands in a text can be taken for one. */
const instantShape = z.strictObject({ time: z.string() });
const partShape = z.union([z.string(), instantShape]);
export type Part = Of<typeof partShape>;

/** A text that people read: a string, or parts of which some are moments that each platform shows in the reader's own time zone. */
export const wordsShape = z.union([z.string(), z.array(partShape)]);
export type Words = Of<typeof wordsShape>;

/** A moment to put among words. What is no moment stands as it is: a tag in Azure may hold anything. */
export function instant(time: Date | string): Words {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  const iso = date.toISOString();
  // No platform's notation has room for a year of more than four digits.
  return /^\d{4}-/.test(iso) ? [{ time: iso }] : iso;
}

/** Puts moments and other texts into a sentence: words`Until ${instant(until)}.` */
export const words = (strings: readonly string[], ...values: readonly (Words | number)[]): Words =>
  together(strings.flatMap((text, i) => [text, ...partsOf(values[i] ?? "")]));

/** Joins some texts; one that is empty is left out together with its separator. */
export function joined(texts: readonly (Words | undefined)[], separator: string): Words {
  const some = texts.flatMap((text) => (text === undefined || text.length === 0 ? [] : [partsOf(text)]));
  return together(some.flatMap((parts, i) => (i === 0 ? parts : [separator, ...parts])));
}

export const partsOf = (value: Words | number): readonly Part[] =>
  typeof value === "object" ? value : [`${value}`];

/** Makes one string of those that follow each other. What holds no moment is a plain string. */
export function together(parts: readonly Part[]): Words {
  const merged: Part[] = [];
  for (const part of parts) {
    const before = merged.at(-1);
    if (typeof part === "string" && typeof before === "string") merged[merged.length - 1] = before + part;
    else merged.push(part);
  }
  const [first = "", ...others] = merged.filter((part) => part !== "");
  return others.length === 0 && typeof first === "string" ? first : [first, ...others];
}
