import MarkdownIt from "markdown-it";
import { type Comment, commentsOf, isProse, lineOf, oneLine, type Text } from "./text.ts";

/** The texts of a Markdown file: its paragraphs, headings, items and rows, and none of its code blocks. */
export function textsOfMarkdown(source: string): readonly Text[] {
  const found: Text[] = [];
  let line = 1;
  for (const token of new MarkdownIt({ html: true }).parse(source, {})) {
    if (token.map) line = token.map[0] + 1;
    // A cell of figures or names alone says nothing.
    if (token.type === "inline" && /\p{L}{2}/u.test(token.content.replace(/`[^`]*`/g, "")))
      found.push({ line, kind: "text", text: oneLine(token.content) });
    if (token.type === "html_block")
      found.push(...textsOfHtml(token.content).map((one) => ({ ...one, line })));
  }
  return found;
}

/** What a page says, and its comments. */
export function textsOfHtml(source: string): readonly Text[] {
  const comments = [...source.matchAll(/<!--([\s\S]*?)-->/g)].map(commentAt);
  return [
    ...spoken(source.replace(/<!--[\s\S]*?-->/g, " ")).map((text): Text => ({ line: 1, kind: "text", text })),
    ...commentsOf(source, comments),
  ];
}

/** What HTML shows and reads out: what stands between its tags, and the attributes that say something. */
export const spoken = (html: string): readonly string[] =>
  [
    ...html.matchAll(/(?:aria-label|placeholder|title|alt)="([^"]*)"/g),
    ...html.matchAll(/(?:^|>)([^<>]+)(?=<|$)/g),
  ]
    .map(([, text = ""]) => oneLine(text))
    .filter(isProse);

/** The comments of a style sheet. */
export const textsOfCss = (source: string): readonly Text[] =>
  commentsOf(source, [...source.matchAll(/\/\*([\s\S]*?)\*\//g)].map(commentAt));

/** The texts of a JSON file that are for people, by the names of their fields. */
export const textsOfJson = (source: string): readonly Text[] => {
  const at = lineOf(source);
  return [...source.matchAll(/"(?:description|full|message|short|title|\/\/)":\s*("(?:[^"\\]|\\.)*")/g)].map(
    ({ index, 1: text = "" }) => ({ line: at(index), kind: "text", text: oneLine(JSON.parse(text)) }),
  );
};

const bicep = /'''[\s\S]*?'''|'(?:[^'\\\n]|\\.)*'|\/\/(?<line>.*)|\/\*(?<block>[\s\S]*?)\*\//g;
const script =
  /"""(?<block>[\s\S]*?)"""|"(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*'|(?<=^Description=).*|(?<=^|[\t ])#(?!!)(?<line>.*)/gm;

/** The texts of a Bicep file: its strings, which its descriptions are, and its comments. */
export const textsOfBicep = (source: string): readonly Text[] => textsBy(bicep, source);

/** The texts of a shell or Python script, a unit of systemd's or YAML. */
export const textsOfScript = (source: string): readonly Text[] => textsBy(script, source);

/** By a pattern that matches each string and each comment, the latter as `line` or `block`. */
function textsBy(pattern: RegExp, source: string): readonly Text[] {
  const at = lineOf(source);
  const all = [...source.matchAll(pattern)];
  const isComment = ({ groups }: RegExpExecArray) => (groups?.["line"] ?? groups?.["block"]) !== undefined;
  return [
    ...all
      .filter((one) => !isComment(one))
      .map(({ index, 0: text }): Text => ({ line: at(index), kind: "text", text: shownOf(text) }))
      .filter(({ text }) => isProse(text)),
    ...commentsOf(source, all.filter(isComment).map(commentAt)),
  ];
}

/** A string without its quotes, and with `{…}` for what is filled in. */
const shownOf = (string: string): string =>
  oneLine(
    string
      .replace(/^("|'{1,3})([\s\S]*)\1$/, "$2")
      .replace(/\\(["'])/g, "$1")
      .replace(/\$\{[^{}]*\}/g, "{…}"),
  );

const commentAt = (match: RegExpExecArray): Comment => ({
  start: match.index,
  end: match.index + match[0].length,
  text: match.groups?.["line"] ?? match.groups?.["block"] ?? match[1] ?? "",
  open: match.groups?.["line"] !== undefined,
});
