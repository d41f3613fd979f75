import { decodeHTMLStrict } from "entities/lib/decode.js";
import type { Mention, Use } from "./activity.ts";
import { type Markup, markupIn, type Tag, withoutTags } from "./tags.ts";

type Message = Extract<Use, { type: "message" }>;

/** Someone named in the typed text. */
export interface Named {
  /** As written in the text. */
  readonly text: string;
  readonly name: string;
  readonly mentioned: Mention["mentioned"];
}

export interface Said {
  /** The typed text, with the people named in their places. */
  readonly typed: readonly (string | Named)[];
  /** Another person's message came along, whose mentions are among the activity's. */
  readonly carries: boolean;
}

/** Typed text, or a name with what is known about whose it is. */
type Piece = { readonly typed: string } | { readonly name: string; readonly who?: Mention | undefined };

/**
 * What someone typed, without what Teams adds to the text: marks of quoted messages and attachments, forwarded messages, HTML escapes.
 * People appear as `<at>Max Member</at>`, whatever Teams makes of their names. The effort grows only linearly with the length of the
 * text.
 */
export function saidIn(use: Message): Said {
  const text = markupIn(use.text ?? "");
  const carrying = carryingIn(use, text);
  const pieces = piecesIn(withoutMarks(carrying ? withoutCarried(carrying) : text));
  const names = pieces.flatMap((piece) => ("name" in piece ? [piece.name] : []));
  const owners = ownersOf(names, mentionsIn(use))[Symbol.iterator]();
  const owned = pieces.map((piece) =>
    "name" in piece ? { ...piece, who: owners.next().value ?? undefined } : piece,
  );
  return { carries: carrying !== undefined, typed: joined(owned).map(written) };
}

export const mentionsIn = (use: Message): readonly Mention[] =>
  (use.entities ?? []).flatMap((entity) => (entity ? [entity] : []));

/** Whether another person's message may have come along, which only the HTML shows. */
export const mayCarry = ({ attachments }: Message): boolean =>
  (attachments ?? []).some((one) => one?.contentType === "text/html" && /blockquote/i.test(one.content));

const written = (piece: Piece): string | Named => {
  if ("typed" in piece) return piece.typed;
  const { name, who } = piece;
  return who ? { text: `<at>${name}</at>`, name, mentioned: who.mentioned } : name;
};

/**
 * A forwarded message, and what an older client quotes, is part of the text as if it had been typed; only the accompanying HTML shows
 * where it starts (issue 102376 of openclaw/openclaw, 2026). A newer client leaves a mark in place of a quote, and the text has none
 * of it.
 */
function carryingIn({ attachments }: Message, text: Markup): Markup | undefined {
  const kind = text.some((part) => isTag(part, "quoted")) ? /Forward/i : /(Reply|Forward)/i;
  return (attachments ?? [])
    .flatMap((one) => (one?.contentType === "text/html" ? [markupIn(one.content)] : []))
    .find((html) => html.some((part) => isTag(part, "blockquote") && isOfKind(part, kind)));
}

const isTag = (part: string | Tag, ...names: readonly string[]): part is Tag =>
  typeof part !== "string" && names.includes(part.name);

/** Skype's name for what a tag represents. */
const isOfKind = ({ attributes }: Tag, kind: RegExp): boolean =>
  attributes.split(/schema\.skype\.com\//i).some((rest, index) => index > 0 && rest.search(kind) === 0);

/** What was typed besides the messages that came along, as it would be in a message that carries none. */
function withoutCarried(html: Markup): Markup {
  let mention = false;
  return withoutBlocks(html).flatMap((part): Markup => {
    if (typeof part === "string" || part.name === "at") return [part];
    if (part.name === "span" && part.closes === mention && (mention || isOfKind(part, /Mention/i))) {
      mention = !mention;
      return [{ ...part, name: "at", source: "" }];
    }
    const ends = part.closes ? ["p", "div", "li"].includes(part.name) : part.name === "br";
    return ends ? ["\n"] : [];
  });
}

/** A quoted message may contain quotes: each end removes what follows the latest start. */
function withoutBlocks(html: Markup): Markup {
  const kept: (string | Tag)[] = [];
  const begun: number[] = [];
  for (const part of html) {
    if (!isTag(part, "blockquote")) kept.push(part);
    else if (!part.closes) begun.push(kept.length);
    else kept.length = begun.pop() ?? kept.length;
  }
  return kept;
}

/** Marks stand for a quoted message or an attachment; what is inside one wasn't typed. */
function withoutMarks(markup: Markup): Markup {
  const marks = markup.map((part) => (isTag(part, "quoted", "attachment") ? part : undefined));
  const ends = new Map(marks.flatMap((mark, at) => (mark?.closes ? [[mark.name, at] as const] : [])));
  let within: string | undefined;
  return markup.filter((_part, at) => {
    const mark = marks[at];
    if (within === undefined && mark && !mark.closes && !mark.alone && at < (ends.get(mark.name) ?? 0))
      within = mark.name;
    const keeps = within === undefined && !(mark?.alone || mark?.closes);
    if (mark?.closes && mark.name === within) within = undefined;
    return keeps;
  });
}

/** Text between `<at>` and the next `</at>` is a name. Without an end, it was typed. */
function piecesIn(markup: Markup): readonly Piece[] {
  const lastEnd = markup.findLastIndex((part) => isTag(part, "at") && part.closes);
  const pieces: Piece[] = [];
  let begun: number | undefined;
  let read = 0;
  for (const [at, part] of markup.entries()) {
    if (at > lastEnd || !isTag(part, "at")) continue;
    if (!part.closes) begun ??= at;
    else if (begun !== undefined) {
      const name = plain(withoutTags(markup.slice(begun, at)));
      pieces.push({ typed: typedIn(markup.slice(read, begun)) }, { name });
      begun = undefined;
      read = at + 1;
    }
  }
  return [...pieces, { typed: typedIn(markup.slice(read)) }];
}

/** Typed text holds HTML characters only as escapes, so tags are Teams' own: `<mia@contoso.com>` isn't one, whoever wrote it. */
const typedIn = (markup: Markup): string =>
  decodeHTMLStrict(
    markup
      .map((part) =>
        typeof part === "string" ? part : ["p", "div", "span", "br"].includes(part.name) ? " " : part.source,
      )
      .join(""),
  );

const plain = (html: string): string => decodeHTMLStrict(html).replaceAll(/\s+/g, " ").trim();

/**
 * Who each of the names is. If there is `&` in a name, Teams leaves out the mention's text (issue 2083 of microsoft/botbuilder-js,
 * 2020); if the name doesn't tell either, they are matched in order.
 */
function ownersOf(names: readonly string[], mentions: readonly Mention[]): (Mention | undefined)[] {
  const left = [...mentions];
  const take = (found: Mention | undefined) => (found ? left.splice(left.indexOf(found), 1)[0] : undefined);
  const called = new Map(
    mentions.map((mention) => [
      mention,
      [mention.text, mention.mentioned.name].flatMap((known) =>
        known === undefined ? [] : [plain(withoutTags(markupIn(known)))],
      ),
    ]),
  );
  const isCalled = (name: string) => (mention: Mention) => called.get(mention)?.includes(name);
  const known = names.map((name) => take(left.find(isCalled(name))) ?? mentions.find(isCalled(name)));
  // Guess only if each name has exactly one left: a command about the wrong person is worse than one about no one.
  const silent = left.filter(({ text }) => text === undefined);
  const isClear = known.filter((found) => found === undefined).length === silent.length;
  return known.map((found) => found ?? (isClear ? silent.shift() : undefined));
}

/** Some clients create a mention for each word of a name (issue 6617 of microsoft/botframework-sdk, 2023). */
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
