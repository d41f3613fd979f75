import type { CommandLine, Form } from "../core/card.ts";
import type { Command, OptionSpec, OptionSpecs, Options } from "../core/command.ts";
import { nothingChanged, Refusal } from "../core/errors.ts";
import { mailAddress } from "../core/mailAddress.ts";
import type { Account } from "../core/member.ts";
import type { SentFile } from "../core/platform.ts";
import { quoted } from "../core/quoted.ts";
import { visible, visibleWord } from "../core/text.ts";

type Value = string | boolean | Account | SentFile | undefined;

export type Parsed = { readonly options: Readonly<Record<string, Value>> } | { readonly form: Form };

/**
 * Parses a command's options by its definition. A missing required text leads to a form that asks for it, unless a person or a file is given: a
 * submitted form doesn't say who was mentioned or what was attached.
 * @throws Refusal that says what is allowed
 */
export function parseOptions(
  command: Command,
  given: CommandLine,
  people: Readonly<Record<string, Account>>,
  files: Readonly<Record<string, SentFile>> = {},
): Parsed {
  const line = { ...given, options: shownOptions(command, given) };
  refuseNoMention(command, line, people);
  const unknown = Object.keys(line.options).find((name) => !Object.hasOwn(command.options, name));
  if (unknown !== undefined)
    throw new Refusal(`“${command.name}” has no option ${quoted(unknown)}. ${allowed(command)}`);
  for (const [name, spec] of Object.entries(command.options)) refuseLong(name, spec, line.options[name]);
  const missing = Object.entries(command.options).filter(
    ([name, spec]) => isWanted(spec, line) && !line.options[name]?.trim(),
  );
  const mention = missing.find(([, spec]) => spec.type !== "text");
  if (mention) throw new Refusal(`“${command.name}” needs ${mention[0]}: ${mention[1].about}.`);
  if (missing.length > 0) {
    refuseUncarried(command, line, missing);
    return { form: formFor(command, line, missing) };
  }
  return {
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, spec]) => [
        name,
        parse(name, spec, line.options[name], people, files),
      ]),
    ),
  };
}

/** The options as their reader sees them. */
const shownOptions = ({ options: specs }: Command, { options }: CommandLine): CommandLine["options"] =>
  Object.fromEntries(
    Object.entries(options).map(([name, text]) => {
      const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
      if (spec?.type !== "text") return [name, text];
      return [name, spec.mail ? mailAddress(text) : spec.long ? visible(text) : visibleWord(text)];
    }),
  );

/** Whether a line can only lead to a form. Needs no one's records, so it is known at once. */
export function opensForm(
  command: Command,
  line: CommandLine,
  people: Readonly<Record<string, Account>>,
  files: Readonly<Record<string, SentFile>> = {},
): boolean {
  try {
    const parsed = parseOptions(command, line, people, files);
    if ("form" in parsed) return true;
    // Parsed by the command's own definition, from which this type is also derived.
    return command.opensForm?.(parsed.options as Options<OptionSpecs>) ?? false;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
}

const isWanted = (spec: OptionSpec, { options }: CommandLine): boolean =>
  spec.required === true ||
  (spec.type === "text" &&
    spec.unless !== undefined &&
    spec.unless.every((other) => !options[other]?.trim()));

function parse(
  name: string,
  spec: OptionSpec,
  text: string | undefined,
  people: Readonly<Record<string, Account>>,
  files: Readonly<Record<string, SentFile>>,
): Value {
  if (spec.type === "flag") return flag(name, text);
  if (text === undefined || text.trim() === "") return undefined;
  if (spec.type === "person") return person(name, Object.hasOwn(people, text) ? people[text] : undefined);
  if (spec.type === "file") return file(name, Object.hasOwn(files, text) ? files[text] : undefined);
  if (!spec.choices) return text.trim();
  const chosen = spec.choices.find((choice) => choice.toLowerCase() === text.trim().toLowerCase());
  if (chosen !== undefined) return chosen;
  throw new Refusal(`${name} must be ${spec.choices.join(" or ")}, not ${quoted(text)}.`);
}

function person(name: string, found: Account | undefined): Account {
  if (!found) throw new Refusal(`${name} must be someone here in chat: mention them with @.`);
  return found;
}

function file(name: string, found: SentFile | undefined): SentFile {
  if (!found) throw new Refusal(`${name} must be a file attached to the message.`);
  return found;
}

function flag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "false" || text === "no") return false;
  if (text === "true" || text === "yes") return true;
  throw new Refusal(`${name} must be true or false, not ${quoted(text)}.`);
}

/** Calls are kept in rows, whose size is limited. */
const longest = 28_000;
const usualMost = 254;

/** Checked before a form takes the line along. @throws Refusal */
function refuseLong(name: string, spec: OptionSpec, text = ""): void {
  if (spec.type !== "text") return;
  if (JSON.stringify(text).length > longest)
    throw new Refusal(`${name} is too long to paste: attach it as a file instead.`);
  const { long, most = long ? longest : usualMost } = spec;
  const { length } = text.trim();
  if (length > most) throw nothingChanged(`${name} has ${length} characters; the limit is ${most}.`);
}

/**
 * Refuses `@Mia` that wasn't picked from a list, because it doesn't say who that is; in a direct chat with the bot, no one can be
 * picked. Text without an option's name may be such a mention too. @throws Refusal
 */
function refuseNoMention(
  { options: specs }: Command,
  { options }: CommandLine,
  people: Readonly<Record<string, Account>>,
): void {
  const all = Object.values(specs);
  if (!all.some(({ type }) => type === "person")) return;
  const isOfPerson = (spec: OptionSpec | undefined) =>
    spec?.type === "person" || (spec?.type === "text" && spec.mail === true);
  const given = Object.entries(options).map(([name, text]) =>
    Object.hasOwn(specs, name) ? (isOfPerson(specs[name]) ? text : "") : name,
  );
  const found = given.find((text) => /^@[^\s@]/.test(text) && !Object.hasOwn(people, text));
  if (found === undefined) return;
  const instead = all.some((spec) => spec.type === "text" && spec.mail)
    ? "Write their e-mail address or object id instead, such as entra:mia@contoso.com, or use a channel or group that I'm in"
    : "Use a channel or group that I'm in";
  throw nothingChanged(
    `${quoted(found, 60)} isn't a mention, so I don't know who that is. In a direct chat with me, you can't mention anyone. ${instead}, and pick them from the list there.`,
  );
}

/** @throws Refusal if a form would lose a person or a file */
function refuseUncarried(
  command: Command,
  { options }: CommandLine,
  missing: readonly (readonly [string, OptionSpec])[],
): void {
  const isLost = Object.entries(command.options).some(
    ([name, { type }]) => (type === "person" || type === "file") && options[name]?.trim(),
  );
  if (!isLost) return;
  const also = missing.map(([name, { about }]) => `${name} (${about})`).join(" and ");
  throw nothingChanged(`“${command.name}” also needs ${also}. Send it all in one message.`);
}

/** The options of a command, in one sentence. */
function allowed(command: Command): string {
  const names = Object.entries(command.options)
    .filter(([, spec]) => !spec.hidden)
    .map(([name, spec]) => (spec.required ? name : `${name} (optional)`));
  return names.length === 0 ? "It has no options." : `Its options: ${names.join(", ")}.`;
}

const formFor = (
  command: Command,
  line: CommandLine,
  missing: readonly (readonly [string, OptionSpec])[],
): Form => ({
  title: titleOf(command),
  line,
  fields: missing.map(([name, spec]) => ({
    name,
    label: spec.about,
    placeholder: spec.example,
    ...(spec.type === "text" && spec.choices
      ? { choices: spec.choices.map((choice) => ({ name: choice, value: choice })) }
      : {}),
    ...(spec.type === "text" && spec.long ? { long: true } : {}),
  })),
});

/** `open-access` reads as `Open access`. */
const titleOf = ({ name }: Command): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("-", " ")}`;
