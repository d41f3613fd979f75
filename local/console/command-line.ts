import type { Choice } from "../discord/choices.ts";
import { asksForChoices, type Option, optionType } from "../discord/option.ts";
import { findLeaf, type OptionValue } from "../discord/options.ts";
import type { Person } from "../discord/people.ts";
import { Refusal } from "../discord/refusal.ts";
import type { Command } from "../discord/store.ts";

/** The parts of a command that typing needs. */
export type Typed = Pick<Command, "name" | "description" | "options">;

/**
 * Reads a line such as `/openclaw open-access 203.0.113.7` or `/openclaw-admin roster add user:@Mia Member role:user`:
 * options as `name:value` or in order, values with spaces in quotes. Throws a {@link Refusal} with a friendly sentence.
 */
export function parseLine(
  line: string,
  commands: readonly Command[],
  people: readonly Person[],
): { command: string; options: Record<string, OptionValue> } {
  if (!line.startsWith("/")) {
    throw new Refusal("The bot only reads commands. Start with “/”, for example /openclaw help.");
  }
  const words = split(line.slice(1), people);
  const path = takePath(words, commands);
  const { options } = findLeaf(commands, path);
  const given: Record<string, OptionValue> = {};
  const loose: string[] = [];
  for (const word of words.slice(path.split(" ").length)) {
    const [, name, value] = /^([^:\s]+):(.*)$/s.exec(word) ?? [];
    if (name !== undefined && options.some((option) => option.name === name))
      given[name] = unquoted(value ?? "");
    else loose.push(unquoted(word));
  }
  const open = options.filter(({ name, type }) => !(name in given) && type !== optionType.attachment);
  for (const [index, option] of open.entries()) {
    const isText = option.type === optionType.string && !option.choices?.length;
    const value = isText && index === open.length - 1 ? loose.splice(0).join(" ") : loose.shift();
    if (value) given[option.name] = value;
  }
  if (loose.length > 0)
    throw new Refusal(`I don't know what “${loose.join(" ")}” means here. ${usage(path, options)}`);
  return { command: path, options: given };
}

/** The words of the path; if it is wrong, including the first word that doesn't fit, so that the refusal can name it. */
function takePath(words: readonly string[], commands: readonly Command[]): string {
  const path = words.slice(0, 1);
  let options = commands.find(({ name }) => name === path[0])?.options ?? [];
  for (const word of words.slice(1)) {
    if (!options.some(isNested)) break;
    path.push(word);
    options = options.find((option) => isNested(option) && option.name === word)?.options ?? [];
  }
  return path.join(" ");
}

export interface Suggestion {
  /** The whole line when this is chosen. */
  line: string;
  label: string;
  about: string;
}

/**
 * What could be typed next, best first.
 * @param offered what the bot has said that the option can be which is being typed
 */
export function suggest(
  line: string,
  commands: readonly Typed[],
  people: readonly Person[],
  offered: readonly Choice[] = [],
): Suggestion[] {
  if (!line.startsWith("/")) return [];
  const typed = line.slice(1).replaceAll(/\s+/g, " ");
  const leaves = commands.flatMap((command) => leavesOf(command, command.name));
  const leaf = leaves.find(({ path }) => typed.startsWith(`${path} `));
  if (!leaf) {
    return leaves
      .filter(({ path }) => path.startsWith(typed))
      .map(({ path, description, options }) => ({
        line: options.length > 0 ? `/${path} ` : `/${path}`,
        label: [`/${path}`, ...options.map(named)].join(" "),
        about: description,
      }));
  }
  return suggestValue(line, leaf.options, people, offered);
}

/** The option that is being typed, where the client asks the bot what it can be. */
export function typingAt(
  line: string,
  commands: readonly Typed[],
): { readonly typing: string; readonly option: string; readonly text: string } | undefined {
  if (!line.startsWith("/")) return undefined;
  const typed = line.slice(1).replaceAll(/\s+/g, " ");
  const leaves = commands.flatMap((command) => leavesOf(command, command.name));
  const leaf = leaves.find(({ path }) => typed.startsWith(`${path} `));
  const { current, partial } = leaf ? placeIn(line, leaf.options) : {};
  if (!leaf || !current || partial === undefined || !asksForChoices(current)) return undefined;
  return { typing: leaf.path, option: current.name, text: partial };
}

/** The option of the typed command that takes a file. */
export function fileOption(line: string, commands: readonly Typed[]): string | undefined {
  const typed = `${line.slice(1).replaceAll(/\s+/g, " ")} `;
  const leaves = commands.flatMap((command) => leavesOf(command, command.name));
  const leaf = leaves.find(({ path }) => typed.startsWith(`${path} `));
  return leaf?.options.find(({ type }) => type === optionType.attachment)?.name;
}

/** Where in a line somebody is: what stands before, the option that they type, and how much of its value. */
function placeIn(line: string, options: readonly Option[]) {
  // Within quotes, blanks belong to the value.
  const isQuoted = line.split('"').length % 2 === 0;
  const end = isQuoted ? line.lastIndexOf('"') : line.length;
  const [, before = "", name, start = ""] = /^(.*\s)(?:([^:\s]+):)?(@?\S*)$/s.exec(line.slice(0, end)) ?? [];
  const rest = options.filter((option) => !before.includes(` ${option.name}:`));
  const current = name === undefined ? rest[0] : options.find((option) => option.name === name);
  return { before, name, rest, current, partial: start + line.slice(end + 1) };
}

function suggestValue(
  line: string,
  options: readonly Option[],
  people: readonly Person[],
  offered: readonly Choice[],
): Suggestion[] {
  const { before, name, rest, current, partial } = placeIn(line, options);
  if (!current) return [];
  const starts = ({ value }: Choice) => value.toLowerCase().startsWith(partial.toLowerCase());
  const values = asksForChoices(current)
    ? offered
    : valuesOf(current, people)
        .map((value) => ({ name: value, value }))
        .filter(starts);
  const completed = values.map((choice) => ({
    line: `${before}${current.name}:${asksForChoices(current) ? quotedWhereNeeded(choice.value) : choice.value} `,
    label: choice.name,
    about: `${current.name}: ${current.description}`,
  }));
  const names = (name === undefined ? rest : [])
    .filter((option) => option.name.startsWith(partial))
    .map((option) => ({ line: `${before}${option.name}:`, label: named(option), about: option.description }));
  return [...names, ...completed];
}

const quotedWhereNeeded = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

function valuesOf(option: Option, people: readonly Person[]): string[] {
  if (option.choices?.length) return option.choices.map((choice) => String(choice.value));
  if (option.type === optionType.boolean) return ["true", "false"];
  return option.type === optionType.user ? people.map((person) => `@${person.name}`) : [];
}

function leavesOf(
  node: Typed | Option,
  path: string,
): { path: string; description: string; options: Option[] }[] {
  const options = node.options ?? [];
  if (!options.some(isNested)) return [{ path, description: node.description, options }];
  return options.flatMap((option) => leavesOf(option, `${path} ${option.name}`));
}

/** Splits at spaces, but not inside quotes or a person's name. */
function split(text: string, people: readonly Person[]): string[] {
  const marked = people.reduce((line, { id, name }) => line.replaceAll(`@${name}`, `<@${id}>`), text);
  // A value that starts with a bracket is JSON and runs to the end.
  return marked.match(/[^\s":]+:[{[].*|(?:[^\s":]+:)?"[^"]*"|\S+/gs) ?? [];
}

const isNested = ({ type }: Option) => type === optionType.subcommand || type === optionType.group;
const unquoted = (text: string) => text.replace(/^"(.*)"$/s, "$1");
const named = ({ name, required }: Option) => (required ? `‹${name}›` : `[${name}]`);
const usage = (path: string, options: readonly Option[]) =>
  `Usage: ${[`/${path}`, ...options.map(named)].join(" ")}`;
