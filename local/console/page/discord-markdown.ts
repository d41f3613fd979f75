import { html, type TemplateResult } from "lit";
import { personById } from "../../discord/people.ts";
import { clock } from "./chat.ts";
import { copyButton } from "./copy.ts";

type Piece = string | TemplateResult;

/** The parts of Discord's Markdown that cards use: code, bold, italic, strike, links, lists, headings, mentions, times. */
export function markdown(text: string): Piece[] {
  return text.split(/(```[\s\S]*?```)/).flatMap((part): Piece[] => {
    const fenced = /^```(?:[a-z0-9+-]*\n)?([\s\S]*?)\n?```$/i.exec(part);
    return fenced ? [codeBlock(fenced[1] ?? "")] : lines(part);
  });
}

// Keep this on one line: spaces inside <pre> would show.
const codeBlock = (code: string) =>
  html`<div class="code"><pre tabindex="0"><code>${code}</code></pre>${copyButton(code)}</div>`;

function lines(text: string): Piece[] {
  const trimmed = text.replace(/^\n|\n$/g, "");
  if (trimmed === "") return [];
  return trimmed.split("\n").map((line) => {
    const [, mark, rest = ""] = /^(#{1,3}|-#|[-*]|>) (.*)$/.exec(line) ?? [];
    if (mark === undefined) return html`<span class="line">${inline(line)}</span>`;
    if (mark === "-#") return html`<small class="line">${inline(rest)}</small>`;
    if (mark === ">") return html`<blockquote>${inline(rest)}</blockquote>`;
    if (mark.startsWith("#")) return html`<strong class="line heading">${inline(rest)}</strong>`;
    return html`<span class="line item">${inline(rest)}</span>`;
  });
}

const rules: readonly (readonly [RegExp, (match: RegExpExecArray) => Piece])[] = [
  [/\\([^a-zA-Z0-9\s])/, ([, plain = ""]) => plain],
  [/`([^`]+)`/, ([, code]) => html`<code>${code}</code>`],
  [/\*\*(.+?)\*\*/, ([, bold = ""]) => html`<strong>${inline(bold)}</strong>`],
  [/~~(.+?)~~/, ([, gone = ""]) => html`<s>${inline(gone)}</s>`],
  [/\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/, ([, text, url]) => link(url ?? "", text ?? "")],
  [/<(https?:\/\/[^\s>]+)>/, ([, url = ""]) => link(url, url)],
  [/https?:\/\/[^\s<>()]+/, ([url]) => link(url, url)],
  [/<@!?(\d+)>/, ([, id = ""]) => html`<span class="mention">@${personById(id)?.name ?? "someone"}</span>`],
  [/<t:(\d+)(?::([a-zA-Z]))?>/, ([, seconds, style]) => time(Number(seconds) * 1000, style)],
  [/\*([^*\s][^*]*)\*/, ([, text = ""]) => html`<em>${inline(text)}</em>`],
  [/(?<!\w)_([^_]+)_(?!\w)/, ([, text = ""]) => html`<em>${inline(text)}</em>`],
];

function inline(text: string): Piece[] {
  const found = rules
    .map(([pattern, make]) => ({ match: pattern.exec(text), make }))
    .flatMap(({ match, make }) => (match ? [{ match, make }] : []))
    .sort((a, b) => a.match.index - b.match.index)[0];
  if (!found) return text === "" ? [] : [text];
  const { match, make } = found;
  return [text.slice(0, match.index), make(match), ...inline(text.slice(match.index + match[0].length))];
}

const link = (url: string, text: string) =>
  html`<a href=${url} target="_blank" rel="noopener noreferrer">${text}</a>`;

function time(at: number, style: string | undefined): TemplateResult {
  const date = new Date(at);
  const shown =
    style === "R"
      ? relative(at - Date.now())
      : style === "t"
        ? clock(date)
        : date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return html`<time datetime=${date.toISOString()} title=${date.toLocaleString()}>${shown}</time>`;
}

function relative(distance: number): string {
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const minutes = Math.round(distance / 60_000);
  if (Math.abs(minutes) < 60) return format.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 48 ? format.format(hours, "hour") : format.format(Math.round(hours / 24), "day");
}
