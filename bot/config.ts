import * as z from "zod";
import { networkPolicies, ranges, sizePattern } from "./core/policy.ts";
import { publicKeyFault } from "./platforms/discord/verify.ts";
import type { StorageConnection } from "./store/connection.ts";

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
const guid = z.guid();
const resourceId = z
  .string()
  .regex(/^\/subscriptions\/[^/]+\/.+/, "must be a resource id that begins with /subscriptions/");
const snowflake = z.string().regex(/^\d{15,21}$/, "must be a Discord id: 15 to 21 digits");
const blank = z.literal("").transform(() => undefined);
/** Where files may be fetched from: `https://*.contoso.com` is every host below contoso.com. */
const origins = z
  .string()
  .transform((text) => text.split(/[\s,;]+/).filter(Boolean))
  .pipe(
    z.array(
      z.string().regex(/^https?:\/\/(\*\.)?[^/*\s]+$/, "must be origins such as https://*.contoso.com"),
    ),
  );
const optional = <T extends z.ZodType>(schema: T) => z.union([blank, schema]).optional();
const number = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

/** Sizes without a temporary disk: between these a VM can be resized. */
const size = z.string().regex(sizePattern, "must be an Azure VM size such as Standard_B2als_v2");

const admins = z
  .string()
  .default("")
  .transform((text) =>
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  )
  .pipe(
    z.array(
      z
        .string()
        .regex(/^(entra:[0-9a-fA-F-]{36}|discord:\d{15,21})$/, "must be entra:<object id> or discord:<id>"),
    ),
  );

const homeDisk = z
  .string()
  .default("30,StandardSSD_LRS")
  .transform((text) => {
    const [sizeGb, sku] = text.split(",");
    return { sizeGb: Number(sizeGb), sku };
  })
  .pipe(
    z.object({
      sizeGb: z.number("must be <gigabytes>,<kind> such as 30,StandardSSD_LRS").int().min(4).max(4095),
      sku: z.enum(["Standard_LRS", "StandardSSD_LRS", "Premium_LRS"]),
    }),
  );

const azure = z.object({
  PUBLIC_URL: url,
  /** How many proxies before the bot append to X-Forwarded-For; on Azure one, its own. */
  TRUSTED_PROXIES: number(1, 1, 9),
  AZURE_RESOURCE_MANAGER_URL: url.default("https://management.azure.com"),
  GRAPH_URL: url.default("https://graph.microsoft.com"),
  PRICES_URL: url.default("https://prices.azure.com"),
  KEY_VAULT_URL: url,
  KEY_VAULT_ID: resourceId,
  AZURE_CLIENT_ID: guid,
  AZURE_TENANT_ID: guid,
  AZURE_SUBSCRIPTION_ID: guid,
  INSTANCES_GROUP: z.string().min(1),
  AZURE_LOCATION: z.string().min(1).default("eastus2"),
  SCALE_SET_ID: resourceId,
  SUBNET_ID: resourceId,
  BOOT_IDENTITY_ID: resourceId,
  ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9-]{1,20}$/)
    .default("dev"),
  VM_SIZE: size.default("Standard_B2als_v2"),
  ADMIN_USERNAME: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
    .refine((name) => name !== "openclaw", "can't be openclaw: that account has no rights on purpose")
    .default("azureuser"),
  BREAK_GLASS_PUBLIC_KEY: optional(
    z.string().regex(/^ssh-(rsa|ed25519) \S+/, "must be an OpenSSH public key"),
  ),
  OPENCLAW_PORT: number(18789, 1024, 65535),
  HOME_DISK: homeDisk,
  NETWORK_POLICY: z.enum(networkPolicies).default("locked"),
  ARCHIVE_URL: optional(url),
  ARCHIVE_SHA256: optional(z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
  /** pnpm and Claude Code on the VMs. */
  ATTACH_TO_SCALE_SET: z.enum(["on", "off"]).default("on"),
  EXTRAS: z.enum(["on", "off"]).default("on"),
  ACCESS_HOURS: number(12, ...ranges.accessHours),
  KEEP_DAYS: number(14, ...ranges.keepDays),
  BACKUP_GROUP: z.string().min(1),
  BACKUP_DAYS: number(30, ...ranges.backupDays),
  NIGHTLY_KEEP: number(7, ...ranges.nightlyKeep),
  MOST_ADDRESSES: number(5, ...ranges.mostAddresses),
  MOST_BACKUPS: number(10, ...ranges.mostBackups),
  BACKUP_HOUR: number(3, 0, 23),
  BOOTSTRAP_ADMINS: admins,
});

const discord = z.object({
  DISCORD_API_URL: url.default("https://discord.com/api"),
  DISCORD_FILE_ORIGINS: origins.default(["https://cdn.discordapp.com", "https://media.discordapp.net"]),
  DISCORD_PUBLIC_KEY: z.string().superRefine((key, context) => {
    const fault = publicKeyFault(key);
    if (fault) context.addIssue({ code: "custom", message: fault });
  }),
  DISCORD_APPLICATION_ID: snowflake,
  DISCORD_BOT_TOKEN: z
    .string()
    .min(1)
    // What the vault holds at first, and what the Functions host leaves where it can't read the vault.
    .refine(
      (token) => token !== "not-set" && !token.startsWith("@Microsoft.KeyVault("),
      "is missing: set the secret discord-bot-token in the key vault",
    ),
  DISCORD_GUILD_ID: snowflake,
  DISCORD_ADMIN_CHANNEL_ID: snowflake,
});

const teams = z.object({
  MicrosoftAppId: guid,
  /** The bot has no password, so there is no other type. */
  MicrosoftAppType: z.literal("UserAssignedMSI").default("UserAssignedMSI"),
  MicrosoftAppTenantId: guid,
  TEAMS_ADMIN_CONVERSATION: optional(z.string().startsWith("19:", "must be a conversation's id: 19:…")),
  TEAMS_FILE_ORIGINS: origins.default(["https://*.sharepoint.com"]),
  TEAMS_SERVICE_URL: url.default("https://smba.trafficmanager.net/teams"),
  BOT_OPENID_METADATA_URL: url.default("https://login.botframework.com/v1/.well-known/openidconfiguration"),
  BOT_TOKEN_ISSUER: z.string().min(1).default("https://api.botframework.com"),
  BOT_LOGIN_URL: url.default("https://login.microsoftonline.com/botframework.com"),
});

const storage = z
  .object({
    AzureWebJobsStorage: optional(z.string()),
    AzureWebJobsStorage__accountName: optional(z.string()),
    AzureWebJobsStorage__clientId: optional(z.string()),
  })
  .transform((env, context): StorageConnection => {
    if (env.AzureWebJobsStorage) return { connectionString: env.AzureWebJobsStorage };
    if (env.AzureWebJobsStorage__accountName)
      return {
        accountName: env.AzureWebJobsStorage__accountName,
        clientId: env.AzureWebJobsStorage__clientId,
      };
    context.addIssue({
      code: "custom",
      path: ["AzureWebJobsStorage"],
      message: "is missing, and so is AzureWebJobsStorage__accountName",
    });
    return z.NEVER;
  });

export interface Config {
  readonly azure: z.infer<typeof azure>;
  /** A platform of which nothing is set is not used; one is, at least. */
  readonly discord: z.infer<typeof discord> | undefined;
  readonly teams: z.infer<typeof teams> | undefined;
  readonly storage: StorageConnection;
}

/** The environment does not say everything that the bot needs; `faults` has a line for each. */
class ConfigFault extends Error {
  override readonly name = "ConfigFault";
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The bot can't start. Of its settings\n${faults.map((fault) => `  ${fault}`).join("\n")}\nlocal.settings.example.json shows them all.`,
    );
    this.faults = faults;
  }
}

/** Reads the environment, once. @throws ConfigFault which lists every fault at once */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parts = {
    azure: azure.safeParse(env),
    discord: isWanted(discord, env) ? discord.safeParse(env) : undefined,
    // An empty app id would let everybody in, so it is a fault even where nothing else is set.
    teams: isWanted(teams, env) || env["MicrosoftAppId"] !== undefined ? teams.safeParse(env) : undefined,
    storage: storage.safeParse(env),
  };
  const faults = Object.values(parts).flatMap((part) =>
    (part?.error?.issues ?? []).map((issue) => `${String(issue.path[0])} ${wording(issue, env)}`),
  );
  if (!parts.discord && !parts.teams)
    faults.push("DISCORD_APPLICATION_ID is missing, and so is MicrosoftAppId: the bot needs a platform");
  if (!parts.azure.success || !parts.storage.success || faults.length > 0) throw new ConfigFault(faults);
  return {
    azure: parts.azure.data,
    discord: parts.discord?.data,
    teams: parts.teams?.data,
    storage: parts.storage.data,
  };
}

/** What keeps nothing from running, and is seldom meant: a sentence each, for `health`. */
export function problemsOf({ azure, discord, teams }: Config): readonly string[] {
  return [
    ...(azure.PUBLIC_URL.startsWith("https://")
      ? []
      : ["PUBLIC_URL is not https: a link to find an address can be read on its way."]),
    ...(teams && teams.TEAMS_ADMIN_CONVERSATION === undefined
      ? [
          `TEAMS_ADMIN_CONVERSATION is not set: what admins hear without asking reaches ${discord ? "Discord alone" : "nobody"}.`,
        ]
      : []),
    ...(azure.ARCHIVE_URL && azure.ARCHIVE_SHA256
      ? []
      : ["ARCHIVE_URL and ARCHIVE_SHA256 are not both set: each VM takes OpenClaw from npm."]),
  ];
}

/** Whether somebody has begun to set up a platform: one of the settings that have no default says something. */
const isWanted = (platform: z.ZodObject, env: Readonly<Record<string, string | undefined>>): boolean =>
  Object.entries(platform.shape).some(([name, schema]) => !(schema instanceof z.ZodDefault) && env[name]);

const wording = (issue: z.core.$ZodIssue, env: Readonly<Record<string, string | undefined>>): string =>
  env[String(issue.path[0])] === undefined && issue.code !== "custom" ? "is missing" : issue.message;
