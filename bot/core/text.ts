import { momentPattern } from "./card.ts";

/** Shows the moments in a text in a platform's own way. */
export const showMoments = (text: string, show: (at: Date) => string): string =>
  text.replaceAll(momentPattern, (_mark, iso: string) => show(new Date(iso)));

/** For places where a platform has no way of its own: `2026-01-31 09:05 UTC`. */
export const utc = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/**
 * Renders a text, and where the result would be longer than `limit` (UTF-16 units) the end of the text is left out for an ellipsis.
 * The text is cut before it is rendered: never inside a moment, an escape or a character.
 */
export function clip(text: string, limit: number, render: (text: string) => string): string {
  const whole = render(text);
  if (whole.length <= limit) return whole;
  const pieces = text.match(/\{\{[^{}]*\}\}|[\s\S]/gu) ?? [];
  const cut = (length: number) => render(`${pieces.slice(0, length).join("").trimEnd()}…`);
  let [fits, tooLong] = [0, pieces.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (cut(middle).length <= limit) fits = middle;
    else tooLong = middle;
  }
  return cut(fits);
}
