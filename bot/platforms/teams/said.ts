import { decodeHTMLStrict } from "entities/lib/decode.js";
import type { Mention, Use } from "./activity.ts";

type Message = Extract<Use, { type: "message" }>;

/** Somebody who is named in what was typed. */
export interface Named {
  /** As it stands in the text. */
  readonly text: string;
  readonly name: string;
  readonly mentioned: Mention["mentioned"];
}

export interface Said {
  readonly text: string;
  readonly named: readonly Named[];
  /** Somebody else's message came with it, whose mentions are among the activity's. */
  readonly carries: boolean;
}

type Piece = { readonly typed: string } | { readonly name: string; readonly who?: Mention | undefined };

/**
 * What somebody typed, without what Teams puts into the text besides: marks of quoted messages and of attachments, forwarded messages,
 * signs of HTML. People stand in it as `<at>Max Member</at>`, whatever Teams makes of their names.
 */
export function saidIn(use: Message): Said {
  const carrying = carryingIn(use);
  const parts = (carrying === undefined ? (use.text ?? "") : withoutCarried(carrying)).split(
    /<at(?:\s[^>]*)?>(.*?)<\/at>/is,
  );
  const names = parts.filter((_part, index) => index % 2 === 1).map(plain);
  const owners = ownersOf(names, mentionsIn(use));
  const pieces = parts.map(
    (part, index): Piece =>
      index % 2 === 0
        ? { typed: withoutMarks(part) }
        : { name: names[(index - 1) / 2] ?? "", who: owners[(index - 1) / 2] },
  );
  const whole = joined(pieces);
  return {
    carries: carrying !== undefined,
    text: whole.map(written).join(""),
    named: whole.flatMap((piece) =>
      "name" in piece && piece.who
        ? [{ text: written(piece), name: piece.name, mentioned: piece.who.mentioned }]
        : [],
    ),
  };
}

export const mentionsIn = (use: Message): readonly Mention[] =>
  (use.entities ?? []).flatMap((entity) => (entity ? [entity] : []));

const written = (piece: Piece): string => {
  if ("typed" in piece) return piece.typed;
  return piece.who ? `<at>${piece.name}</at>` : piece.name;
};

/**
 * A forwarded message, and what an older client quotes, stands in the text as if it were typed too; only the HTML that comes with it
 * says where it begins (issue 102376 of openclaw/openclaw, 2026). A newer client leaves a mark in place of a quote.
 */
function carryingIn({ text, attachments }: Message): string | undefined {
  const html = (attachments ?? []).flatMap((one) => (one?.contentType === "text/html" ? [one.content] : []));
  const carrying = html.find((content) =>
    /<blockquote\b[^>]*schema\.skype\.com\/(Reply|Forward)/i.test(content),
  );
  return /<quoted\b/i.test(text ?? "") ? undefined : carrying;
}

const withoutCarried = (html: string): string =>
  withoutBlocks(html)
    .replaceAll(/<span\b[^>]*schema\.skype\.com\/Mention[^>]*>(.*?)<\/span>/gis, "<at>$1</at>")
    .replaceAll(/<\/(?:p|div|li)>|<br\b[^>]*>/gi, "\n")
    .replaceAll(/<(?!\/?at\b)[^>]*>/gi, "");

/** From the innermost on, since a quoted message may quote. */
function withoutBlocks(html: string): string {
  const rest = html.replaceAll(/<blockquote\b[^>]*>(?:(?!<blockquote\b).)*?<\/blockquote>/gis, "");
  return rest === html ? html : withoutBlocks(rest);
}

/** What is typed has no sign of HTML as such, so that tags are Teams' own: `<mia@contoso.com>` is none, whoever wrote it so. */
const withoutMarks = (part: string): string =>
  decodeHTMLStrict(
    part
      .replaceAll(/<(quoted|attachment)\b[^>]*?(?:\/>|>.*?<\/\1>)/gis, "")
      .replaceAll(/<\/?(?:p|div|span|br)(?:\s[^<>]*)?\/?>/gi, " "),
  );

const plain = (html: string): string =>
  decodeHTMLStrict(html.replaceAll(/<[^>]*>/g, ""))
    .replaceAll(/\s+/g, " ")
    .trim();

/**
 * Who each of the names is. Where there is `&` in a name, Teams leaves the mention's text out (issue 2083 of microsoft/botbuilder-js,
 * 2020); if the name does not tell either, they stand for each other in order.
 */
function ownersOf(names: readonly string[], mentions: readonly Mention[]): (Mention | undefined)[] {
  const left = [...mentions];
  const take = (found: Mention | undefined) => (found ? left.splice(left.indexOf(found), 1)[0] : undefined);
  const isCalled = (name: string) => (mention: Mention) =>
    [mention.text, mention.mentioned.name].some((known) => known !== undefined && plain(known) === name);
  const known = names.map((name) => take(left.find(isCalled(name))) ?? mentions.find(isCalled(name)));
  // Guessed only where each name has exactly one left: a command for somebody else is worse than one for nobody.
  const silent = left.filter(({ text }) => text === undefined);
  const isClear = known.filter((found) => found === undefined).length === silent.length;
  return known.map((found) => found ?? (isClear ? silent.shift() : undefined));
}

/** Some clients make a mention of each word of a name (issue 6617 of microsoft/botframework-sdk, 2023). */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const [before, between] = [whole.at(-2), whole.at(-1)];
    const same =
      "name" in piece &&
      piece.who &&
      before &&
      "name" in before &&
      before.who?.mentioned.id === piece.who.mentioned.id &&
      between &&
      "typed" in between &&
      between.typed.trim() === "";
    if (same) whole.splice(-2, 2, { name: `${before.name} ${piece.name}`, who: before.who });
    else whole.push(piece);
  }
  return whole;
}
