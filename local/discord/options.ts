import type { upload } from "./files.ts";
import { asksForChoices, type Option, optionType } from "./option.ts";
import { botUser, everyone, memberOf, type Person, permissionsOf, personById, userOf } from "./people.ts";
import { Refusal } from "./refusal.ts";
import type { Command } from "./store.ts";

export type OptionValue = string | number | boolean;

/** The `data` of a command's interaction. */
export interface CommandData {
  id: string;
  name: string;
  type: 1;
  guild_id: string;
  options?: WireOption[];
  resolved?: {
    users?: Record<string, object>;
    members?: Record<string, object>;
    attachments?: Record<string, object>;
  };
}

interface WireOption {
  name: string;
  type: number;
  value?: OptionValue;
  /** It is being typed. */
  focused?: true;
  options?: WireOption[];
}

/** Whether the person's client shows the command: "0" hides it from everyone but administrators. */
export function isShown(command: Command, person: Person): boolean {
  if (person.admin || !command.default_member_permissions) return true;
  const needed = BigInt(command.default_member_permissions);
  return needed !== 0n && (permissionsOf(person) & needed) === needed;
}

/** Resolves a path such as "openclaw-admin roster add": the command, its subcommands, and its options. */
export function findLeaf(
  commands: readonly Command[],
  path: string,
): { command: Command; nested: Option[]; options: Option[] } {
  const [name, ...steps] = path.trim().split(/\s+/);
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Refusal(`There is no command /${name}. Available: ${list(commands)}.`);
  const nested: Option[] = [];
  let options = command.options ?? [];
  for (const step of steps) {
    const next = options.find((option) => option.name === step && option.type <= optionType.group);
    if (!next) throw new Refusal(`/${name} has no “${step}”. Available: ${list(options)}.`);
    nested.push(next);
    options = next.options ?? [];
  }
  if (options.some((option) => option.type <= optionType.group)) {
    throw new Refusal(`/${path} is not complete. Choose one of: ${list(options)}.`);
  }
  return { command, nested, options };
}

/** Checks the values as Discord's client does, and builds the interaction's data. */
export function commandData(
  { command, nested, options }: ReturnType<typeof findLeaf>,
  given: Readonly<Record<string, OptionValue>>,
  guildId: string,
  uploaded: Readonly<Record<string, ReturnType<typeof upload>>> = {},
  left: readonly string[] = [],
): CommandData {
  const unknown = Object.keys({ ...given, ...uploaded }).find(
    (name) => !options.some((option) => option.name === name),
  );
  if (unknown !== undefined)
    throw new Refusal(`There is no option “${unknown}” here. Available: ${list(options) || "none"}.`);
  const values = options.flatMap((option) => {
    const file = uploaded[option.name];
    if (file && option.type === optionType.attachment)
      return [{ name: option.name, type: option.type, value: file.id }];
    if (file) throw new Refusal(`The option “${option.name}” doesn't take a file.`);
    const value = given[option.name];
    if (value === undefined && option.required)
      throw new Refusal(`The option “${option.name}” is required: ${option.description}.`);
    return value === undefined
      ? []
      : [{ name: option.name, type: option.type, value: checked(option, value) }];
  });
  const users = values.filter(({ type }) => type === optionType.user).map(({ value }) => String(value));
  const innermost = within(nested, values);
  return {
    id: command.id,
    name: command.name,
    type: 1,
    guild_id: guildId,
    ...(innermost.length > 0 ? { options: innermost } : {}),
    ...resolved(users, Object.values(uploaded), left),
  };
}

/** What the client sends while an option is typed: the others as they stand, whole or not, and this one as far as it is typed. */
export function typingData(
  { command, nested, options }: ReturnType<typeof findLeaf>,
  typing: { readonly option: string; readonly text: string },
  given: Readonly<Record<string, OptionValue>>,
  guildId: string,
): CommandData {
  const option = options.find(({ name }) => name === typing.option);
  if (!option || !asksForChoices(option))
    throw new Refusal(`Nobody is asked what “${typing.option}” can be.`);
  const values = options.flatMap(({ name, type }): WireOption[] => {
    if (name === typing.option) return [{ name, type, value: typing.text, focused: true }];
    const value = given[name];
    return value === undefined ? [] : [{ name, type, value }];
  });
  return { id: command.id, name: command.name, type: 1, guild_id: guildId, options: within(nested, values) };
}

const within = (nested: readonly Option[], values: WireOption[]): WireOption[] =>
  nested
    .toReversed()
    .reduce<WireOption[]>((inner, { name, type }) => [{ name, type, options: inner }], values);

/** Without empty parts. */
function resolved(
  ids: readonly string[],
  files: readonly ReturnType<typeof upload>[],
  left: readonly string[],
): Pick<CommandData, "resolved"> {
  const member = (id: string) => {
    const person = personById(id) ?? { admin: false };
    if (left.includes(id)) return [];
    return [[id, { ...memberOf(person), permissions: String(permissionsOf(person)) }] as const];
  };
  const attachments = Object.fromEntries(files.map((file) => [file.id, file]));
  const users = {
    users: Object.fromEntries(ids.map((id) => [id, userOf(id)])),
    members: Object.fromEntries(ids.flatMap(member)),
  };
  if (ids.length === 0 && files.length === 0) return {};
  return { resolved: { ...(ids.length > 0 ? users : {}), ...(files.length > 0 ? { attachments } : {}) } };
}

function checked(option: Option, given: OptionValue): OptionValue {
  if (option.choices?.length) return chosen(option, given);
  switch (option.type) {
    case optionType.string: {
      const text = String(given);
      const { min_length: least = 0, max_length: most = 6000 } = option;
      if (text.length < least || text.length > most)
        throw wrong(option, `a text of ${least} to ${most} characters`);
      return text;
    }
    case optionType.integer:
    case optionType.number: {
      const value = Number(given);
      const { min_value: least = -(2 ** 53), max_value: most = 2 ** 53 } = option;
      const isWhole = option.type === optionType.number || Number.isInteger(value);
      if (given === "" || !isWhole || !(value >= least && value <= most))
        throw wrong(option, "a number in its range");
      return value;
    }
    case optionType.boolean:
      if (!/^(true|false)$/i.test(String(given))) throw wrong(option, "True or False");
      return String(given).toLowerCase() === "true";
    case optionType.user:
      return personNamed(option, String(given)).id;
    case optionType.attachment:
      throw wrong(option, "an attached file");
    default:
      throw new Refusal(`The option “${option.name}” has a type that this simulator doesn't support.`);
  }
}

function chosen(option: Option, given: OptionValue): OptionValue {
  const same = (one: OptionValue) => String(one).toLowerCase() === String(given).toLowerCase();
  const choice = option.choices?.find(({ name, value }) => same(name) || same(value));
  if (!choice) throw wrong(option, `one of ${option.choices?.map(({ name }) => name).join(", ")}`);
  return choice.value;
}

/** Including bots: a client offers everyone in the server. */
function personNamed(option: Option, text: string): { readonly id: string } {
  const plain = text
    .replace(/^<@!?(\d+)>$/, "$1")
    .replace(/^@/, "")
    .toLowerCase();
  const found =
    personById(plain) ??
    [...everyone, botUser].find(({ id, name, username }) =>
      [id, username, name.toLowerCase()].includes(plain),
    );
  if (!found) throw wrong(option, `a person: ${everyone.map(({ name }) => `@${name}`).join(", ")}`);
  return found;
}

const wrong = (option: Option, allowed: string) =>
  new Refusal(`The option “${option.name}” must be ${allowed}.`);
const list = (named: readonly { name: string }[]) => named.map(({ name }) => name).join(", ");
