import { utc, type Writing } from "../../core/text.ts";

/**
 * Every sign of Discord's Markdown loses its meaning ("Markdown Text 101" and "Message Formatting", 2026-01): nothing that somebody else
 * has written is a link, a mention or a time. Not even an address of a web page is, since Discord reads signs within it in ways of its own.
 */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\\*_~`|<[\]]|:(?=\/\/)|@(?=everyone|here)/g, "\\$&")
    // No blank here ends a line: each line is looked at once.
    .replaceAll(/^([^\S\n\r\u2028\u2029]*)([-#>])/gm, "$1\\$2")
    .replaceAll(/^([^\S\n\r\u2028\u2029]*\d+)\.(?=\s|$)/gm, "$1\\.");

/** For descriptions and values. A moment is shown in the reader's own time zone. */
export const markdown: Writing = {
  text: escaped,
  instant: (time) => `<t:${Math.floor(time.getTime() / 1000)}:f>`,
};

/** For titles and names, where Discord shows no timestamps. */
export const markdownWithUtc: Writing = { text: escaped, instant: utc };
