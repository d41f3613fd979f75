import { type Part, partsOf, together, type Words } from "./words.ts";

/** How a platform writes what a text is made of. */
export interface Writing {
  text(text: string): string;
  instant(time: Date): string;
}

/** Writes a text in a platform's own way. */
export const write = (words: Words, { text, instant }: Writing): string =>
  partsOf(words)
    .map((part) => (typeof part === "string" ? text(wellFormed(part)) : instant(new Date(part.time))))
    .join("");

/** Half a surrogate pair and control characters, which a platform may refuse with the whole message, are U+FFFD. */
export const wellFormed = (text: string): string =>
  text.toWellFormed().replaceAll(/(?![\t\n\r])\p{Cc}/gu, "\uFFFD");

/** For places where a platform has no way of its own: `2026-01-31 09:05 UTC`. */
export const utc = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** For what is shown without any mark-up: footers, labels, dialogs. */
export const asItStands: Writing = { text: (text) => text, instant: utc };

/**
 * Writes a text, and where the result would be longer than `limit` (UTF-16 units) the end of the text is left out for an ellipsis.
 * The text is cut before it is written: never inside a moment, an escape or a character.
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

/** Without the white space at the end. */
const trimmed = (pieces: readonly Part[]): readonly Part[] =>
  pieces.slice(0, pieces.findLastIndex((piece) => typeof piece !== "string" || piece.trim() !== "") + 1);

/** The same where there has to be something: a dash stands for what is nothing but white space. */
export function filled(words: Words, limit: number, writing: Writing): string {
  return isBlank(words) ? "–" : clip(words, limit, writing);
}

/** Whether nothing of it can be seen. */
export const isBlank = (words: Words): boolean => write(words, asItStands).trim() === "";

/** The beginning of a text whose length somebody else decides, in one line; an ellipsis stands for the rest. In UTF-16 units. */
export const brief = (text: string, most: number): string =>
  clip(
    // However long it is, little of it is looked at.
    wellFormed(text.trimStart().slice(0, 20 * most))
      .replaceAll(/\s+/g, " ")
      .trim(),
    most,
    asItStands,
  );

/** The longest that a reason may be which names what somebody else has written: a row has to hold many of them. */
export const mostReason = 200;
/** The longest name of a person or a file that is kept. Entra takes 256 characters (Microsoft Graph v1.0, "user resource type", 2026). */
const mostName = 80;

/** A name as a platform or the directory gives it, in one line; undefined where nothing of it can be seen. */
export const oneLineName = (name: string | null | undefined): string | undefined =>
  name ? brief(name, mostName) || undefined : undefined;
