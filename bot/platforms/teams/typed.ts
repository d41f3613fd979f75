import { type CommandLine, unknownLine } from "../../core/card.ts";
import type { Command, OptionSpec, OptionSpecs } from "../../core/command.ts";
import { visible } from "../../core/text.ts";
import { type Token, type Typed, tokensOf } from "./tokens.ts";

/**
 * Parses a typed command: `/openclaw request`, `openclaw-admin roster add @Mia role:admin`, `request`. Options are `name:value`,
 * `name:"some words"`, `name:{…}` with JSON, a flag's name alone, or, for required options, only the value. What can't be understood
 * becomes a line that is refused in words, never an error. The effort grows only linearly with the length of the text.
 */
export function parseText(typed: Typed, commands: readonly Command[]): CommandLine {
  const seen = typed.map((piece) =>
    typeof piece === "string" ? visible(piece) : { ...piece, text: visible(piece.text) },
  );
  const all = tokensOf(seen).tokens;
  const tokens = /^\/?openclaw(-admin)?$/i.test(all[0]?.text ?? "") ? all.slice(1) : all;
  const words = tokens.map((token, index) => (index === 0 ? token.text.replace(/^\//, "") : token.text));
  if (words.length === 0) return { command: "help", options: {} };
  const command = commands
    .filter(({ hidden }) => !hidden)
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => startsWith(words, name));
  if (!command) {
    const said = words.join(" ");
    const isHidden = commands.some(({ name }) => name === said.toLowerCase());
    return isHidden ? unknownLine : { command: said, options: {} };
  }
  const long = longOption(command.options);
  const cut = long === undefined ? undefined : cutAt(seen, long);
  const given = cut
    ? parseText(cut.before, commands).options
    : optionsOf(
        wholeAddresses(tokens.slice(command.name.split(" ").length), command.options),
        command.options,
      );
  return {
    command: command.name,
    options: long !== undefined && cut ? { ...given, [long]: cut.rest } : given,
  };
}

/** The option that takes the rest of a text as it is. */
const longOption = (specs: OptionSpecs): string | undefined =>
  Object.entries(specs).find(([, spec]) => spec.type === "text" && spec.long && !spec.hidden)?.[0];

const startsWith = (words: readonly string[], name: string): boolean =>
  name.split(" ").every((word, index) => words[index]?.toLowerCase() === word);

/** Where an option that takes the rest starts: at its name, or at the first brace or backtick after a blank. */
function cutAt(typed: Typed, long: string): { readonly before: Typed; readonly rest: string } | undefined {
  const name = `${long}:`;
  const isName = (text: string, at: number) => text.slice(at, at + name.length).toLowerCase() === name;
  for (const [index, piece] of typed.entries()) {
    if (typeof piece !== "string") continue;
    for (const { index: blank } of piece.matchAll(/\s/g)) {
      const at = blank + 1;
      if (piece[at] !== "{" && piece[at] !== "`" && !isName(piece, at)) continue;
      const rest = [
        piece.slice(isName(piece, at) ? at + name.length : at),
        ...typed.slice(index + 1).map((other) => (typeof other === "string" ? other : other.text)),
      ];
      return { before: [...typed.slice(0, index), piece.slice(0, at)], rest: rest.join("").trim() };
    }
  }
  return undefined;
}

/** Adjacent tokens. */
interface Run {
  readonly from: number;
  readonly to: number;
  /** One of them is an address. */
  readonly address: boolean;
  /** It is an option of its own, whatever follows. */
  readonly alone?: true;
}

/** What has to be known of a word. Worked out once, however many runs it is tried in, because a word can be as long as a message. */
interface Known {
  readonly person: boolean;
  readonly address: boolean;
  readonly inBrackets: boolean;
  /** Another address may follow. */
  readonly goesOn: boolean;
  /** It can be another option than an address, such as a role. */
  readonly another: boolean;
  /** The option whose name it starts with. */
  readonly named: OptionSpec | undefined;
  /** The option that it is on its own. */
  readonly single: OptionSpec | undefined;
}

function knownOf({ text, person }: Token, specs: OptionSpecs): Known {
  const specOf = (name: string) => (Object.hasOwn(specs, name) ? specs[name] : undefined);
  const name = nameIn(text)?.toLowerCase();
  const named = name === undefined ? undefined : specOf(name);
  const address = text.includes("@");
  return {
    person: person !== undefined,
    address,
    inBrackets: /^[<\p{Ps}\p{Pi}][^@]+@.+[>\p{Pe}\p{Pf}]/u.test(text),
    goesOn: /[,;]$/.test(text),
    another: !address && Object.values(specs).some((other) => looksLike(other, text)),
    named,
    single: name === undefined ? specOf(flagIn(text)) : named,
  };
}

/**
 * `Mia Member <mia@contoso.com>` is how mail programs copy an address: the words before it belong to it, except leading ones that can
 * be another option, such as a role. If several addresses follow each other, the reader of the option says that there are several.
 */
function wholeAddresses(tokens: readonly Token[], specs: OptionSpecs): readonly Token[] {
  const isMail = (spec: OptionSpec | undefined) => spec?.type === "text" && spec.mail === true;
  if (!Object.values(specs).some(isMail)) return tokens;
  const known = tokens.map((token) => knownOf(token, specs));
  const specOf = ({ from, to }: Run) => (from === to ? known[from]?.single : known[from]?.named);
  const precedes = (run: Run, inBrackets: boolean): boolean => {
    const spec = specOf(run);
    const last = known[run.to];
    if (run.alone || last?.person || (spec && !isMail(spec))) return false;
    return run.address ? last?.goesOn === true : inBrackets;
  };
  const runs: Run[] = [];
  for (const [at, { person, address, inBrackets, single }] of known.entries()) {
    let run: Run = { from: at, to: at, address };
    let before = !person && address && !single ? runs.at(-1) : undefined;
    while (before && precedes(before, inBrackets)) {
      run = { ...run, from: before.from };
      runs.pop();
      before = specOf(before) ? undefined : runs.at(-1);
    }
    for (; run.from < run.to && known[run.from]?.another; run = { ...run, from: run.from + 1 })
      runs.push({ from: run.from, to: run.from, address: false, alone: true });
    runs.push(run);
  }
  return runs.map(({ from, to }) => ({
    ...tokens[to],
    text: tokens
      .slice(from, to + 1)
      .map(({ text }) => text)
      .join(" "),
  }));
}

const nameIn = (text: string): string | undefined => /^([a-z][a-z-]*):/i.exec(text)?.[1];

function optionsOf(tokens: readonly Token[], specs: OptionSpecs): Record<string, string> {
  const options = new Map<string, string>();
  const typable = Object.entries(specs).filter(([, spec]) => !spec.hidden);
  const specOf = (name: string) => typable.find(([known]) => known === name)?.[1];
  const named = new Set(tokens.map(({ text }) => nameIn(text)?.toLowerCase()));
  // A mention can only mean the person, required or not.
  const open = (type: string, text: string) =>
    typable
      .filter(([name]) => !options.has(name) && !named.has(name))
      .filter(([, spec]) => spec.type === type && canBeBare(spec, text))
      // What it looks like is a better hint than an option that accepts anything.
      .toSorted(([, a], [, b]) => Number(looksLike(b, text)) - Number(looksLike(a, text)))[0]?.[0];
  const left = tokens[Symbol.iterator]();
  for (const token of left) {
    const [, name, value] =
      (token.person === undefined && /^([a-z][a-z-]*):\s*(.*)$/is.exec(token.text)) || [];
    const wanted = open(token.person === undefined ? "text" : "person", token.text);
    const loose = typable.find(
      ([known, spec]) => spec.bare === true && spec.type === "text" && options.has(known),
    )?.[0];
    if (name !== undefined && specOf(name.toLowerCase()))
      options.set(name.toLowerCase(), value || meant(left.next().value));
    else if (specOf(flagIn(token.text))?.type === "flag") options.set(flagIn(token.text), "true");
    else if (wanted !== undefined) options.set(wanted, meant(token));
    // Part of several words, such as a command's name.
    else if (loose !== undefined && name === undefined && token.person === undefined)
      options.set(loose, `${options.get(loose)} ${token.text}`);
    // Later, the refusal says that there is no such option, and which there are.
    else options.set(name ?? token.text, "");
  }
  return Object.fromEntries(options);
}

/** An e-mail address in any form, or an object id. */
const address = /@|^\W*[0-9a-f]{8}-/i;

const looksLike = (spec: OptionSpec, text: string): boolean =>
  (spec.bare instanceof RegExp && spec.bare.test(text)) ||
  (spec.type === "text" &&
    ((spec.mail === true && address.test(text)) ||
      spec.choices?.some((choice) => choice.toLowerCase() === text.toLowerCase()) === true));

const canBeBare = (spec: OptionSpec, text: string): boolean =>
  spec.required === true || spec.bare === true || spec.type === "person" || looksLike(spec, text);

/** With or without leading dashes, as on a command line. */
const flagIn = (text: string): string => text.toLowerCase().replace(/^(--|—)/, "");

const meant = (token: Token | undefined): string => token?.person ?? token?.text ?? "";
