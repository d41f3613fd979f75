import { utc, type Writing } from "../../core/text.ts";

/** A zero-width space. It separates characters that would mean something together. */
const apart = "\u200B";

/**
 * Escapes every character of a TextBlock's Markdown ("Text features" of Adaptive Cards, 2026-01), and what starts a function of the
 * card. An underscore within a word means nothing, and a tilde only if there are two.
 */
const escaped = (text: string): string =>
  text
    .replaceAll(/\{(?=\{)/g, `{${apart}`)
    .replaceAll(/[\\*`[\]<]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~(?=~)|(?<=~)~|&(?=#?\w+;)/gu, "\\$&")
    .replaceAll(/^([ \t]*)([-+#>])/gm, "$1\\$2")
    .replaceAll(/^([ \t]*\d+)([.)])(?=\s|$)/gm, "$1\\$2");

/** Moments appear in the reader's own time zone. The card's functions for that take no fractions of a second. */
export const markdown: Writing = {
  text: escaped,
  instant: (time) => {
    const iso = `${time.toISOString().slice(0, 19)}Z`;
    return `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}`;
  },
};

/**
 * For text outside a card: notifications, and the line below a clicked card. Not every client shows it verbatim, and none says which do,
 * so invisible characters break up what would be a link or a tag.
 */
export const bare: Writing = {
  text: (text) => text.replaceAll(/\](?=[([:])|<(?=[a-z/!])|\{(?=\{)/gi, `$&${apart}`),
  instant: utc,
};
