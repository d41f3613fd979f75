import { type Option, optionType } from "../discord/option.ts";
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

/** What could be typed next, best first. */
export function suggest(line: string, commands: readonly Typed[], people: readonly Person[]): Suggestion[] {
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
  return suggestValue(line, leaf.options, people);
}

/** The option of the typed command that takes a file. */
export function fileOption(line: string, commands: readonly Typed[]): string | undefined {
  const typed = `${line.slice(1).replaceAll(/\s+/g, " ")} `;
  const leaves = commands.flatMap((command) => leavesOf(command, command.name));
  const leaf = leaves.find(({ path }) => typed.startsWith(`${path} `));
  return leaf?.options.find(({ type }) => type === optionType.attachment)?.name;
}

function suggestValue(line: string, options: readonly Option[], people: readonly Person[]): Suggestion[] {
  const [, before = "", name, partial = ""] = /^(.*\s)(?:([^:\s]+):)?(@?\S*)$/s.exec(line) ?? [];
  const used = (option: Option) => before.includes(` ${option.name}:`);
  const rest = options.filter((option) => !used(option));
  const current = name === undefined ? rest[0] : options.find((option) => option.name === name);
  if (!current) return [];
  const starts = (text: string) => text.toLowerCase().startsWith(partial.toLowerCase());
  const values = valuesOf(current, people)
    .filter(starts)
    .map((value) => ({
      line: `${before}${current.name}:${value} `,
      label: value,
      about: `${current.name}: ${current.description}`,
    }));
  const names = (name === undefined ? rest : [])
    .filter((option) => option.name.startsWith(partial))
    .map((option) => ({ line: `${before}${option.name}:`, label: named(option), about: option.description }));
  return [...names, ...values];
}

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
