/** A tag in a text of Teams', such as `<at id="0">`, `</at>` and `<quoted messageId="1"/>`. */
export interface Tag {
  /** In lower case. */
  readonly name: string;
  /** What is between its name and its end. */
  readonly attributes: string;
  readonly closes: boolean;
  /** Opens and closes: `<br/>`. */
  readonly alone: boolean;
  /** As written in the text. */
  readonly source: string;
}

/** A text as its tags and what is between them. */
export type Markup = readonly (string | Tag)[];

/** The inside of a tag. Anything else in brackets is text: `<mia@contoso.com>`. */
const inside = /^(\/?)([a-z!?][a-z0-9:-]*)(?![^\s/])(.*)$/is;

/**
 * Reads a text once, from start to end. A bracket that opens before another one was closed is text, and none is looked for twice.
 */
export function markupIn(html: string): Markup {
  const parts: (string | Tag)[] = [];
  let read = 0;
  let open = -1;
  for (let at = 0; at < html.length; at += 1) {
    const sign = html.charCodeAt(at);
    if (sign === opening) open = at;
    else if (sign === closing && open >= 0) {
      const tag = tagIn(html.slice(open, at + 1));
      if (tag) {
        parts.push(html.slice(read, open), tag);
        read = at + 1;
      }
      open = -1;
    }
  }
  return [...parts, html.slice(read)].filter((part) => part !== "");
}

const opening = "<".charCodeAt(0);
const closing = ">".charCodeAt(0);

function tagIn(source: string): Tag | undefined {
  const [, slash, name = "", attributes = ""] = inside.exec(source.slice(1, -1)) ?? [];
  if (slash === undefined) return undefined;
  return {
    name: name.toLowerCase(),
    attributes,
    closes: slash !== "",
    alone: attributes.endsWith("/"),
    source,
  };
}

/** What a text says, without its tags. */
export const withoutTags = (markup: Markup): string =>
  markup.filter((part) => typeof part === "string").join("");
