import * as z from "zod";
import { givenIn } from "../core/given.ts";
import { policySettings } from "../core/policySettings.ts";
import type { Setting } from "../core/setting.ts";
import { snowflake } from "../platforms/discord/snowflake.ts";
import type { StorageConnection } from "../store/connection.ts";
import { azure, discord, entriesIn, storage, teams } from "./variables.ts";

export interface Config {
  readonly azure: z.infer<typeof azure>;
  readonly storage: StorageConnection;
  /** A platform without any settings isn't used, nor is one that can't work with its settings. */
  readonly discord: z.infer<typeof discord> | undefined;
  readonly teams: z.infer<typeof teams> | undefined;
  /** The platforms that can't work, with what is wrong with their settings. */
  readonly refusing: {
    readonly discord?: readonly string[] | undefined;
    readonly teams?: readonly string[] | undefined;
  };
  /** The platforms with a channel for admins. */
  readonly adminPlatforms: readonly string[];
}

/** The result of reading an environment. */
interface Reading {
  /** Undefined if the bot can't work at all. */
  readonly config: Config | undefined;
  /** Everything missing or invalid, one line each: a setting's name, never its value. */
  readonly faults: readonly string[];
}

/** The environment lacks something that the bot needs. */
export class ConfigFault extends Error {
  override readonly name = "ConfigFault";
  constructor(faults: readonly string[]) {
    super(
      `The bot can't work with these settings:\n${faults.map((fault) => `  ${fault}`).join("\n")}\nlocal.settings.example.json lists all settings.`,
    );
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. A blank or placeholder counts as missing. Never throws. */
export function readConfig(environment: Environment): Reading {
  const env: Environment = givenIn(environment);
  const base = {
    azure: readSettings(azure, env, [...keeping, ...building]),
    storage: storage.safeParse(env),
  };
  const onDiscord = isWanted(discord, env) ? readSettings(discord, env) : undefined;
  // An empty app id would let everyone in, so it is a fault even if nothing else is set.
  const onTeams =
    isWanted(teams, env) || environment["MicrosoftAppId"] !== undefined
      ? readSettings(teams, env)
      : undefined;
  const nowhere =
    onDiscord || onTeams
      ? undefined
      : ["DISCORD_APPLICATION_ID is missing, and so is MicrosoftAppId: the bot needs a platform"];
  const faults = [
    ...base.azure.faults,
    ...faultsOf(base.storage.error, env),
    ...(onDiscord?.faults ?? []),
    ...(onDiscord && env["DISCORD_ADMIN_CHANNEL_ID"] === undefined
      ? ["DISCORD_ADMIN_CHANNEL_ID is missing"]
      : []),
    ...(onTeams?.faults ?? []),
    ...(nowhere ?? []),
  ];
  if (!base.azure.settings || !base.storage.success) return { config: undefined, faults };
  const config = {
    azure: base.azure.settings,
    storage: base.storage.data,
    discord: onDiscord?.settings,
    teams: onTeams?.settings,
    refusing: {
      discord: onDiscord?.settings ? undefined : (onDiscord?.faults ?? nowhere),
      teams: onTeams?.settings ? undefined : (onTeams?.faults ?? nowhere),
    },
    adminPlatforms: [
      ...(snowflake.safeParse(env["DISCORD_ADMIN_CHANNEL_ID"]).success ? ["discord"] : []),
      ...(teams.shape.TEAMS_ADMIN_CONVERSATION.safeParse(env["TEAMS_ADMIN_CONVERSATION"]).data
        ? ["teams"]
        : []),
    ],
  };
  return { config, faults };
}

/** Someone who set one of these may have meant to keep more than the default does. */
const keeping = Object.values<Setting>(policySettings).flatMap(({ keeps, variable }) =>
  keeps ? [variable] : [],
);

/** What every VM is built with and keeps: a wrong value would mean another disk, or an OpenClaw that nobody checked. */
const building = ["HOME_DISK", "ARCHIVE_URL", "ARCHIVE_SHA256"];

/**
 * Reads some settings from an environment. An invalid one is a fault, and its default is used; of a list, only the invalid entries are left
 * out. Without a default there are no settings. `strict`: settings for which no default may be used.
 */
function readSettings<S extends z.ZodObject>(
  schema: S,
  env: Environment,
  strict: readonly string[] = [],
): { readonly settings: z.infer<S> | undefined; readonly faults: readonly string[] } {
  const { data, error } = schema.safeParse(env);
  const issues = error?.issues ?? [];
  const rest = Object.fromEntries(
    Object.entries(env).map(([name, text]) => {
      const wrong = issues.filter(({ path }) => path[0] === name).map(entryOf);
      return [name, wrong.length === 0 || strict.includes(name) ? text : withoutEntries(text, wrong)];
    }),
  );
  return { settings: data ?? schema.safeParse(rest).data, faults: faultsOf(error, env) };
}

/** Which entry of a list an issue is about; undefined: it is about all of the setting. */
const entryOf = ({ path }: z.core.$ZodIssue): number | undefined =>
  typeof path[1] === "number" ? path[1] : undefined;

/** The valid entries of a list; undefined if there are none. */
function withoutEntries(text = "", wrong: readonly (number | undefined)[]): string | undefined {
  if (wrong.includes(undefined)) return undefined;
  const right = entriesIn(text).filter((_, index) => !wrong.includes(index));
  return right.length > 0 ? right.join(" ") : undefined;
}

/**
 * Settings that work but are seldom intended: one sentence each, for `health`.
 * @param faults what is wrong with the settings: a setting named there isn't also reported as not set
 */
export function problemsOf(
  { azure, discord, teams }: Config,
  faults: readonly string[] = [],
): readonly string[] {
  const isWrong = (name: string) => faults.some((fault) => fault.startsWith(`${name} `));
  return [
    ...(azure.PUBLIC_URL.startsWith("https://")
      ? []
      : ["PUBLIC_URL isn't https: others can read the links that find a member's address."]),
    ...(teams && teams.TEAMS_ADMIN_CONVERSATION === undefined && !isWrong("TEAMS_ADMIN_CONVERSATION")
      ? [
          `TEAMS_ADMIN_CONVERSATION isn't set: messages to the admins ${discord ? "go only to Discord" : "reach no one"}.`,
        ]
      : []),
    ...(teams && teamsFileOrigins(teams).length === 0 && !isWrong("TEAMS_SHAREPOINT_HOST")
      ? ["TEAMS_SHAREPOINT_HOST isn't set: files attached in Teams can't be read; pasting works."]
      : []),
    ...(azure.ARCHIVE_URL && azure.ARCHIVE_SHA256
      ? []
      : ["ARCHIVE_URL and ARCHIVE_SHA256 aren't both set: each VM installs OpenClaw from npm."]),
    ...(azure.RECOVERY_ADMINS.length > 0
      ? [
          `RECOVERY_ADMINS is set: ${azure.RECOVERY_ADMINS.join(", ")} can do what admins can, whatever the roster says. Clear it once the roster has the right admins.`,
        ]
      : []),
  ];
}

/** Where a tenant's people store attachments: in its SharePoint, and in OneDrive, whose name is the same with `-my`. */
export const teamsFileOrigins = ({
  TEAMS_FILE_ORIGINS: others,
  TEAMS_SHAREPOINT_HOST: host,
}: NonNullable<Config["teams"]>): readonly string[] =>
  host === undefined ? others : [...others, `https://${host}`, `https://${host.replace(".", "-my.")}`];

/** Whether someone has started to set up a platform: a setting without a default has a value. */
const isWanted = (platform: z.ZodObject, env: Environment): boolean =>
  Object.entries(platform.shape).some(
    ([name, schema]) => !(schema instanceof z.ZodDefault) && env[name] !== undefined,
  );

const faultsOf = (error: z.ZodError | undefined, env: Environment): readonly string[] =>
  (error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    if (env[name] === undefined && issue.code !== "custom") return `${name} is missing`;
    const entry = entryOf(issue);
    return `${name} ${issue.message}${entry === undefined ? "" : ` (entry ${entry + 1})`}`;
  });
