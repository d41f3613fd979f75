import MarkdownIt from "markdown-it";
import type { Read } from "../shown.ts";

/** More than the Markdown of a card ("Text features" of Adaptive Cards, 2026-01): what some client may add to it. */
const markdownIt = new MarkdownIt("zero").enable([
  "emphasis",
  "strikethrough",
  "escape",
  "entity",
  "link",
  "autolink",
  "image",
  "backticks",
  "list",
  "heading",
  "blockquote",
  "newline",
]);

/** As Microsoft's renderer finds them, before it looks at the Markdown (`text-formatters.js` of adaptivecards 3.0.6). */
const functions =
  /\{\{(?:DATE\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[-+]\d\d:\d\d))(?:, ?(?:COMPACT|LONG|SHORT))?\)\}\}( \{\{TIME\(\1\)\}\})?|TIME\([^)]*\)\}\})/g;

/** What a client of Teams makes of a text block. */
export function readAsTeams(text: string): Read {
  const times: number[] = [];
  const marks: string[] = [];
  const shown = text.replaceAll(functions, (found, date: string | undefined, time: string | undefined) => {
    if (date === undefined || time === undefined) marks.push(found);
    else times.push(Date.parse(date) / 1000);
    return "⏱";
  });
  const blocks = markdownIt.parse(shown, {});
  marks.push(
    ...blocks
      .map(({ type }) => type)
      .filter((type) => !/^(paragraph_open|paragraph_close|inline)$/.test(type)),
  );
  const inline = blocks.flatMap(({ children }) => children ?? []);
  marks.push(
    ...inline
      .map(({ type }) => type)
      .filter((type) => !/^(text|text_special|softbreak|hardbreak)$/.test(type)),
  );
  // What keeps two signs apart is seen by nobody.
  const words = blocks
    .map(({ children }) =>
      (children ?? []).map(({ type, content }) => (type.endsWith("break") ? "\n" : content)).join(""),
    )
    .join("\n");
  return { text: words.replaceAll("{\u200B", "{"), times, marks };
}
