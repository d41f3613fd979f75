import { visibleWord } from "../../core/text.ts";

/** Someone named in a text. Without `person`, the command doesn't know them, such as the bot itself. */
export interface Mention {
  /** As written in the text. */
  readonly text: string;
  /** The person's placeholder in a command line. */
  readonly person?: string | undefined;
}

/** Typed text, with the people in their places. */
export type Typed = readonly (string | Mention)[];

export interface Token {
  readonly text: string;
  readonly person?: string | undefined;
}

interface Scan {
  readonly tokens: readonly Token[];
  /** How many times a character was looked at: at most a fixed multiple of the length, whatever was typed. */
  readonly steps: number;
}

/** Words, with quoted text as one, `name:{…}` up to the last brace as one, and people in their places. */
export function tokensOf(typed: Typed): Scan {
  const scans = typed.map((piece): Scan => {
    if (typeof piece === "string") return scan(piece.replaceAll(/[“”„]/g, '"'));
    return { tokens: piece.person === undefined ? [] : [piece], steps: 1 };
  });
  return {
    tokens: scans.flatMap(({ tokens }) => tokens),
    steps: scans.reduce((sum, { steps }) => sum + steps, 0),
  };
}

/**
 * Whether a token that needs a closing character can end is known before looking for it: the last of these characters is found
 * once, so that no search runs to the end without success, again and again.
 */
function scan(text: string): Scan {
  const tokens: Token[] = [];
  const lastQuote = text.lastIndexOf('"');
  const lastBrace = text.lastIndexOf("}");
  let steps = 2 * text.length;
  /** The first place from `at` on with a character that isn't one of these. */
  const after = (at: number, isOf: (sign: string) => boolean): number => {
    let end = at;
    while (end < text.length && isOf(text.charAt(end))) end += 1;
    steps += end - at + 1;
    return end;
  };
  const endOf = (at: number): number => {
    const name = isLetter(text.charAt(at)) ? after(at, isOfName) : at;
    if (name > at && text[name] === ":") {
      const brace = after(name + 1, isBlank);
      if (text[brace] === "{" && brace < lastBrace) return lastBrace + 1;
    }
    const quote = after(at, (sign) => !isBlank(sign) && sign !== '"');
    if (text[quote] === '"' && quote < lastQuote) return after(quote + 1, (sign) => sign !== '"') + 1;
    return after(quote, (sign) => !isBlank(sign));
  };
  for (let at = after(0, isBlank); at < text.length; ) {
    const end = endOf(at);
    tokens.push(unquoted(text.slice(at, end)));
    at = after(end, isBlank);
  }
  return { tokens, steps };
}

const isLetter = (sign: string): boolean => sign >= "a" && sign <= "z";
const isOfName = (sign: string): boolean => isLetter(sign) || sign === "-";
const isBlank = (sign: string): boolean => /^\s$/.test(sign);

const unquoted = (word: string): Token => ({ text: visibleWord(word).replace(/"([^"]*)"$/, "$1") });
