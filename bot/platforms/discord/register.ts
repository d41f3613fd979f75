import {
  REST,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  Routes,
  SlashCommandBuilder,
  type SlashCommandSubcommandBuilder,
  type SlashCommandSubcommandGroupBuilder,
} from "discord.js";
import * as z from "zod";
import type { Command, OptionSpec } from "../../core/command.ts";
import { givenIn } from "../../core/given.ts";
import { tokenIn } from "./api.ts";

type Body = RESTPostAPIChatInputApplicationCommandsJSONBody;
type Parent = SlashCommandBuilder | SlashCommandSubcommandGroupBuilder;

/** `/openclaw …` and `/openclaw-admin …` in Discord's format. discord.js refuses what Discord would. */
export function slashCommands(commands: readonly Command[]): Body[] {
  const shown = commands.filter(({ hidden }) => !hidden);
  const forAdmins = shown.filter(({ audience }) => audience === "admin");
  const forMembers = shown.filter(({ audience }) => audience !== "admin");
  return [
    baseCommand("openclaw", "Your own OpenClaw on your own VM", forMembers),
    // Hidden from everyone but the server's administrators. Anyone who sees it is still checked against the roster.
    baseCommand(
      "openclaw-admin",
      "For admins: the roster and everything around it",
      forAdmins,
    ).setDefaultMemberPermissions(0),
  ].map((command) => command.toJSON());
}

function baseCommand(name: string, about: string, commands: readonly Command[]): SlashCommandBuilder {
  const base = new SlashCommandBuilder().setName(name).setDescription(about);
  const groups = Map.groupBy(commands, (command) => (command.name.includes(" ") ? firstWord(command) : ""));
  for (const [group, members] of groups) {
    if (group === "") for (const command of members) addTo(base, command.name, command);
    else
      base.addSubcommandGroup((builder) => {
        builder.setName(group).setDescription(`${group}: ${members.map(lastWord).join(", ")}`);
        for (const command of members) addTo(builder, lastWord(command), command);
        return builder;
      });
  }
  return base;
}

const firstWord = ({ name }: Command): string => name.split(" ")[0] ?? name;
const lastWord = ({ name }: Command): string => name.split(" ").slice(1).join(" ");

function addTo(parent: Parent, name: string, command: Command): void {
  parent.addSubcommand((builder) => {
    builder.setName(name).setDescription(command.about);
    const options = Object.entries(command.options).filter(([, { hidden }]) => !hidden);
    // Discord refuses a required option after an optional one.
    for (const [option, spec] of [
      ...options.filter(([, { required }]) => required),
      ...options.filter(([, { required }]) => !required),
    ])
      addOption(builder, option, spec);
    return builder;
  });
}

function addOption(builder: SlashCommandSubcommandBuilder, name: string, spec: OptionSpec): void {
  const described = <
    B extends { setName(n: string): B; setDescription(d: string): B; setRequired(r: boolean): B },
  >(
    option: B,
  ): B =>
    option
      .setName(name)
      .setDescription(spec.about)
      .setRequired(spec.required === true);
  if (spec.type === "person") builder.addUserOption(described);
  else if (spec.type === "file") builder.addAttachmentOption(described);
  else if (spec.type === "flag") builder.addBooleanOption(described);
  else
    builder.addStringOption((option) =>
      spec.suggests
        ? described(option).setAutocomplete(true)
        : described(option).addChoices(
            ...(spec.choices ?? []).map((choice) => ({ name: choice, value: choice })),
          ),
    );
}

export interface Registration {
  /** Lines with `+` and `-`; empty when there is nothing to change. */
  readonly difference: readonly string[];
  /** Replaces all of the application's commands in the server with the bot's. */
  apply(): Promise<void>;
}

export interface RegistrationOptions {
  /** Without the version: `https://discord.com/api`. */
  readonly apiUrl: string;
  /** As pasted or read from a file. */
  readonly botToken: string;
  readonly applicationId: string;
  readonly guildId: string;
}

/** Compares the commands that Discord has for the server with the bot's. */
export async function planRegistration(
  commands: readonly Command[],
  options: RegistrationOptions,
): Promise<Registration> {
  const token = tokenIn(options.botToken);
  const { applicationId, guildId } = givenIn({
    applicationId: options.applicationId,
    guildId: options.guildId,
  });
  if (!token || !applicationId || !guildId)
    throw new Error("The token, the application's id or the server's id is empty or a placeholder.");
  const rest = new REST({ api: options.apiUrl }).setToken(token);
  const route = Routes.applicationGuildCommands(applicationId, guildId);
  const wanted = slashCommands(commands);
  const before = z
    .array(registered)
    .parse(await rest.get(route))
    .flatMap((command) => linesOf(command));
  const after = z
    .array(registered)
    .parse(wanted)
    .flatMap((command) => linesOf(command));
  const isSame = before.length === after.length && before.every((line) => after.includes(line));
  return {
    difference: isSame
      ? []
      : [
          ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
          ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
        ],
    apply: async () => {
      await rest.put(route, { body: wanted });
    },
  };
}

/** Registers the bot's commands with Discord if they differ. */
export async function registerCommands(...given: Parameters<typeof planRegistration>): Promise<void> {
  const { difference, apply } = await planRegistration(...given);
  if (difference.length > 0) await apply();
}

interface Registered {
  readonly name: string;
  readonly description: string;
  readonly type?: number | undefined;
  readonly required?: boolean | undefined;
  readonly choices?: readonly { readonly value: string | number }[] | undefined;
  readonly autocomplete?: boolean | undefined;
  readonly default_member_permissions?: string | null | undefined;
  readonly options?: readonly Registered[] | undefined;
}

/** Leaves out what Discord adds on its own (ids, versions, defaults). */
const registered: z.ZodType<Registered> = z.object({
  name: z.string(),
  description: z.string(),
  type: z.int().optional(),
  required: z.boolean().optional(),
  choices: z.array(z.object({ value: z.union([z.string(), z.number()]) })).optional(),
  autocomplete: z.boolean().optional(),
  default_member_permissions: z.string().nullish(),
  get options() {
    return z.array(registered).optional();
  },
});

const kinds: Readonly<Record<number, string>> = { 3: "text", 5: "true or false", 6: "person", 11: "file" };

/** One line per command, group or option, so that two registrations can be compared and read. */
function linesOf(command: Registered, path = ""): readonly string[] {
  const kind = path === "" ? undefined : kinds[command.type ?? 0];
  const notes = [
    kind,
    command.required ? "required" : undefined,
    command.choices?.length ? command.choices.map(({ value }) => value).join("|") : undefined,
    command.autocomplete ? "with suggestions" : undefined,
    command.default_member_permissions === "0" ? "administrators" : undefined,
  ].filter((note) => note !== undefined);
  const name = `${path}${path === "" ? "/" : kind ? " --" : " "}${command.name}`;
  const line = `${name}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}: ${command.description}`;
  return [line, ...(command.options ?? []).flatMap((option) => linesOf(option, name))];
}
