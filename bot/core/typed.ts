import type { CommandLine } from "./card.ts";
import type { Command, OptionSpec, OptionSpecs } from "./command.ts";
import { visible, visibleWord } from "./visible.ts";

/** Somebody named in a text. Without `person` it is nobody to the command, such as the bot itself. */
export interface Mention {
  /** As it stands in the text. */
  readonly text: string;
  /** What stands for the person in a command line. */
  readonly person?: string | undefined;
}

interface Token {
  readonly text: string;
  readonly person?: string | undefined;
}

/**
 * Reads a command that somebody typed: `/openclaw request`, `openclaw-admin roster add @Mia role:admin`, `request`. Options are
 * `name:value`, `name:"some words"`, `name:{…}` with JSON, a flag's name alone, or, for what is required, just the value. What can't be understood
 * becomes a line that is refused in words, never an error.
 */
export function parseText(
  typed: string,
  commands: readonly Command[],
  mentioned: readonly Mention[] = [],
): CommandLine {
  const text = visible(typed);
  const mentions = mentioned.map((mention) => ({ ...mention, text: visible(mention.text) }));
  const tokens = tokensOf(text, mentions);
  if (/^\/?openclaw(-admin)?$/i.test(tokens[0]?.text ?? "")) tokens.shift();
  const words = tokens.map((token, index) => (index === 0 ? token.text.replace(/^\//, "") : token.text));
  if (words.length === 0) return { command: "help", options: {} };
  const command = commands
    .filter(({ hidden }) => !hidden)
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => startsWith(words, name));
  const long = command && longOption(command.options);
  const cut = long === undefined ? -1 : text.search(new RegExp(`(?<=\\s)(${long}:|[{\`])`, "i"));
  if (command && long !== undefined && cut >= 0) {
    const { options } = parseText(text.slice(0, cut), commands, mentions);
    return {
      command: command.name,
      options: {
        ...options,
        [long]: text
          .slice(cut)
          .replace(new RegExp(`^${long}:`, "i"), "")
          .trim(),
      },
    };
  }
  if (command)
    return {
      command: command.name,
      options: optionsOf(
        wholeAddresses(tokens.slice(command.name.split(" ").length), command.options),
        command.options,
      ),
    };
  const said = words.join(" ").toLowerCase();
  return { command: commands.some(({ name }) => name === said) ? "unknown" : said, options: {} };
}

/** What takes the rest of a text as it stands, whatever is in it. */
const longOption = (specs: OptionSpecs): string | undefined =>
  Object.entries(specs).find(([, spec]) => spec.type === "text" && spec.long && !spec.hidden)?.[0];

const startsWith = (words: readonly string[], name: string): boolean =>
  name.split(" ").every((word, index) => words[index]?.toLowerCase() === word);

/** Words, with what is in quotation marks as one, and people in their places. */
function tokensOf(text: string, mentions: readonly Mention[]): Token[] {
  const found = mentions.find((mention) => mention.text !== "" && text.includes(mention.text));
  if (!found)
    return (text.replaceAll(/[“”„]/g, '"').match(/[a-z][a-z-]*:\s*\{.*\}|[^\s"]*"[^"]*"|\S+/gs) ?? []).map(
      unquoted,
    );
  const at = text.indexOf(found.text);
  const others = mentions.filter((mention) => mention !== found);
  return [
    ...tokensOf(text.slice(0, at), others),
    ...(found.person === undefined ? [] : [found]),
    ...tokensOf(text.slice(at + found.text.length), others),
  ];
}

const unquoted = (word: string): Token => ({ text: visibleWord(word).replace(/"([^"]*)"$/, "$1") });

/**
 * `Mia Member <mia@contoso.com>` is how mail programs copy an address: the words before it belong to it. Of several addresses, one after
 * the other, it is for who reads them to say that there are several.
 */
function wholeAddresses(tokens: readonly Token[], specs: OptionSpecs): Token[] {
  const isMail = (spec: OptionSpec | undefined) => spec?.type === "text" && spec.mail === true;
  if (!Object.values(specs).some(isMail)) return [...tokens];
  const specOf = (text: string) => {
    const name = /^([a-z][a-z-]*):/i.exec(text)?.[1]?.toLowerCase() ?? flagIn(text);
    return Object.hasOwn(specs, name) ? specs[name] : undefined;
  };
  const precedes = ({ text, person }: Token, inBrackets: boolean): boolean => {
    const spec = specOf(text);
    if (person !== undefined || (spec && !isMail(spec))) return false;
    if (text.includes("@")) return /[,;]$/.test(text);
    return inBrackets && !Object.values(specs).some((other) => looksLike(other, text));
  };
  const whole: Token[] = [];
  for (const token of tokens) {
    let { text } = token;
    const inBrackets = /^<[^<>@]+@[^<>]+>/.test(text);
    let before = token.person === undefined && text.includes("@") && !specOf(text) ? whole.at(-1) : undefined;
    while (before && precedes(before, inBrackets)) {
      text = `${before.text} ${text}`;
      whole.pop();
      before = specOf(before.text) ? undefined : whole.at(-1);
    }
    whole.push({ ...token, text });
  }
  return whole;
}

function optionsOf(tokens: Token[], specs: OptionSpecs): Record<string, string> {
  const options = new Map<string, string>();
  const typable = Object.entries(specs).filter(([, spec]) => !spec.hidden);
  const specOf = (name: string) => typable.find(([known]) => known === name)?.[1];
  // A mention can mean nothing else than the person, needed or not.
  const open = (type: string, text: string) =>
    typable
      .filter(([name, spec]) => spec.type === type && !options.has(name) && canBeBare(spec, text))
      // What it looks like says more than that anything may stand there.
      .toSorted(([, a], [, b]) => Number(looksLike(b, text)) - Number(looksLike(a, text)))[0]?.[0];
  for (let token = tokens.shift(); token; token = tokens.shift()) {
    const [, name, value] =
      (token.person === undefined && /^([a-z][a-z-]*):\s*(.*)$/is.exec(token.text)) || [];
    const wanted = open(token.person === undefined ? "text" : "person", token.text);
    const loose = typable.find(
      ([known, spec]) => spec.bare === true && spec.type === "text" && options.has(known),
    )?.[0];
    if (name !== undefined && specOf(name.toLowerCase()))
      options.set(name.toLowerCase(), value || meant(tokens.shift()));
    else if (specOf(flagIn(token.text))?.type === "flag") options.set(flagIn(token.text), "true");
    else if (wanted !== undefined) options.set(wanted, meant(token));
    // Of several words, such as a command's name.
    else if (loose !== undefined && name === undefined && token.person === undefined)
      options.set(loose, `${options.get(loose)} ${token.text}`);
    // The engine says that there is no such option, and which there are.
    else options.set(name ?? token.text, "");
  }
  return Object.fromEntries(options);
}

const looksLike = (spec: OptionSpec, text: string): boolean =>
  (spec.bare instanceof RegExp && spec.bare.test(text)) ||
  (spec.type === "text" && spec.choices?.some((choice) => choice.toLowerCase() === text.toLowerCase())) ===
    true;

const canBeBare = (spec: OptionSpec, text: string): boolean =>
  spec.required === true || spec.bare === true || spec.type === "person" || looksLike(spec, text);

/** As on a command line, with dashes before it, or without. */
const flagIn = (text: string): string => text.toLowerCase().replace(/^(--|—)/, "");

const meant = (token: Token | undefined): string => token?.person ?? token?.text ?? "";
