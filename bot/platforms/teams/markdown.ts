import { showMoments, utc } from "../../core/text.ts";

/**
 * Text for a TextBlock, whose few signs of Markdown lose their meaning ("Text features" of Adaptive Cards, 2026-01). A moment is shown
 * in the reader's own time zone; the card functions for it take no fractions of a second.
 */
export const markdown = (text: string): string =>
  showMoments(escaped(text), (at) => {
    const iso = `${at.toISOString().slice(0, 19)}Z`;
    return `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}`;
  });

/** For what is shown as it stands: summaries, labels. */
export const plain = (text: string): string => showMoments(text, utc);

/** An underscore within a word means nothing, and a tilde only if there are two. `{{` begins a moment, or a function of the card's. */
const escaped = (text: string): string =>
  text
    .replaceAll(/\{\{(?!\d{4}-\d\d-\d\dT[\d:.]+Z\}\})/g, "{\u200B{")
    .replaceAll(/[\\*`[\]<]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~(?=~)|(?<=~)~/gu, "\\$&")
    .replaceAll(/^([ \t]*)([-+#>])/gm, "$1\\$2")
    .replaceAll(/^([ \t]*\d+)([.)])(?=\s)/gm, "$1\\$2");
