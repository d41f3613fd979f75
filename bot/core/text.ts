import * as z from "zod";
import type { Of } from "./shape.ts";

/** A moment as data (ISO 8601), so that no other text can be mistaken for one. */
const instantShape = z.strictObject({ time: z.string() });
const partShape = z.union([z.string(), instantShape]);
type Part = Of<typeof partShape>;

/** A text that people read: a string, or parts. Each platform shows the moments among them in the reader's own time zone. */
export const wordsShape = z.union([z.string(), z.array(partShape)]);
export type Words = Of<typeof wordsShape>;

/** A moment to put among words. What isn't a moment stays as it is: a tag in Azure may hold anything. */
export function instant(time: Date | string): Words {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  const iso = date.toISOString();
  // No platform's notation has room for years of more than four digits.
  return /^\d{4}-/.test(iso) ? [{ time: iso }] : iso;
}

/** Puts moments and other texts into a sentence: words`Until ${instant(until)}.` */
export const words = (strings: readonly string[], ...values: readonly (Words | number)[]): Words =>
  together(strings.flatMap((text, i) => [text, ...partsOf(values[i] ?? "")]));

/** Joins texts. An empty one is left out together with its separator. */
export function joined(texts: readonly (Words | undefined)[], separator: string): Words {
  const some = texts.flatMap((text) => (text === undefined || text.length === 0 ? [] : [partsOf(text)]));
  return together(some.flatMap((parts, i) => (i === 0 ? parts : [separator, ...parts])));
}

export const partsOf = (value: Words | number): readonly Part[] =>
  typeof value === "object" ? value : [`${value}`];

/** Merges neighbouring strings. Without a moment, the result is a plain string. */
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

/**
 * Soft hyphens, zero width spaces, byte order marks, direction marks: what web pages and mail programs leave in copied text. Not
 * included is what joins the parts of an emoji, or the letters of a word in some scripts.
 */
const stray = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g;

/** Any invisible character, by Unicode's own list. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/** A longer text as a reader sees it. */
export const visible = (text: string): string => text.replaceAll(stray, "");

/**
 * The same for names that are compared: with blanks of one kind, and the full-width characters of some keyboards as others type
 * them. JSON isn't a name, and may contain emoji.
 */
export const visibleWord = (text: string): string =>
  text.includes("{")
    ? visible(text)
    : text
        .replaceAll(ignorable, "")
        .replaceAll(/[^\S \t\r\n]/g, " ")
        .replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

/** How a platform writes the parts of a text. */
export interface Writing {
  text(text: string): string;
  instant(time: Date): string;
}

/** Writes a text in a platform's own way. */
export const write = (words: Words, { text, instant }: Writing): string =>
  partsOf(words)
    .map((part) => (typeof part === "string" ? text(wellFormed(part)) : instant(new Date(part.time))))
    .join("");

/** Replaces half surrogate pairs and control characters with U+FFFD, because a platform may refuse the whole message for them. */
export const wellFormed = (text: string): string =>
  text.toWellFormed().replaceAll(/(?![\t\n\r])\p{Cc}/gu, "\uFFFD");

/** For places where a platform can't show local times: `2026-01-31 09:05 UTC`. */
export const utc = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** For text without mark-up: footers, labels, dialogs. */
export const asItStands: Writing = { text: (text) => text, instant: utc };

/**
 * Writes a text. If the result would exceed `limit` (UTF-16 units), an ellipsis replaces its end. The text is cut before it is
 * written, and never inside a moment, an escape or a character.
 */
export function clip(words: Words, limit: number, writing: Writing): string {
  const whole = write(words, writing);
  if (whole.length <= limit) return whole;
  const pieces = partsOf(words).flatMap((part): readonly Part[] =>
    typeof part === "string" ? [...part] : [part],
  );
  const cut = (length: number) => write(together([...trimmed(pieces.slice(0, length)), "…"]), writing);
  let [fits, tooLong] = [0, pieces.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (cut(middle).length <= limit) fits = middle;
    else tooLong = middle;
  }
  return cut(fits);
}

/** Without white space at the end. */
const trimmed = (pieces: readonly Part[]): readonly Part[] =>
  pieces.slice(0, pieces.findLastIndex((piece) => typeof piece !== "string" || piece.trim() !== "") + 1);

/** The same for places that can't be empty: a dash replaces mere white space. */
export function filled(words: Words, limit: number, writing: Writing): string {
  return isBlank(words) ? "–" : clip(words, limit, writing);
}

/** Whether none of it is visible. */
export const isBlank = (words: Words): boolean => write(words, asItStands).trim() === "";

/** The start of a text of unknown length, in one line; an ellipsis replaces the rest. In UTF-16 units. */
export const brief = (text: string, most: number): string =>
  clip(
    // However long it is, only a little is looked at.
    wellFormed(text.trimStart().slice(0, 20 * most))
      .replaceAll(/\s+/g, " ")
      .trim(),
    most,
    asItStands,
  );

/** The longest reason that may quote others' text, because a row has to hold many of them. */
export const mostReason = 200;
/** The longest name of a person or file that is kept. Entra allows 256 characters (Microsoft Graph v1.0, "user resource type", 2026). */
const mostName = 80;

/** A name from a platform or the directory, in one line. Undefined if none of it is visible. */
export const oneLineName = (name: string | null | undefined): string | undefined =>
  name ? brief(name, mostName) || undefined : undefined;
