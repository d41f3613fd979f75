import { utc, type Writing } from "../../core/text.ts";

/** A zero-width space, which keeps two signs apart that would mean something together. */
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

/** A moment is shown in the reader's own time zone; the card's functions for it take no fractions of a second. */
export const markdown: Writing = {
  text: escaped,
  instant: (time) => {
    const iso = `${time.toISOString().slice(0, 19)}Z`;
    return `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}`;
  },
};

/**
 * For what is shown without a card: notifications, and the words below a card that was clicked. Not every client shows them as they
 * stand, and none says which does: what would be a link or a tag there is kept apart invisibly.
 */
export const bare: Writing = {
  text: (text) => text.replaceAll(/\](?=[([:])|<(?=[a-z/!])|\{(?=\{)/gi, `$&${apart}`),
  instant: utc,
};
