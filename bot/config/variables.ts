import * as z from "zod";
import { policySettings } from "../core/policySettings.ts";
import type { SettingTable, Variables } from "../core/setting.ts";
import { sizePattern } from "../core/settings.ts";
import { snowflake } from "../platforms/discord/snowflake.ts";
import { publicKeyFault } from "../platforms/discord/verify.ts";
import type { StorageConnection } from "../store/connection.ts";
import { connectionStringFault } from "../store/connectionString.ts";

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/(?<!\/)\/+$/, ""));
const guid = z.guid();
const resourceId = z
  .string()
  .regex(/^\/subscriptions\/[^/]+\/.+/, "must be a resource id that starts with /subscriptions/");
/** The entries of a list. */
export const entriesIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
/** Where files may be fetched from. `https://*.contoso.com` stands for every host below contoso.com. */
const origins = z
  .string()
  .transform(entriesIn)
  .pipe(
    z.array(
      z.string().regex(/^https?:\/\/(\*\.)?[^/*\s]+$/, "must be origins such as https://*.contoso.com"),
    ),
  );
/** A check that says what is wrong with a text, if anything. */
const wellFormed = (faultOf: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const fault = faultOf(text);
    if (fault) context.addIssue({ code: "custom", message: fault });
  });
const number = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

/** What the environment may say for each setting. */
export function variablesOf<T extends SettingTable>(table: T) {
  const schemas = Object.values(table).map((setting) => [
    setting.variable,
    "choices" in setting
      ? z.enum(setting.choices).default(setting.usual)
      : number(setting.usual, ...setting.range),
  ]);
  // Each kind of value has its own schema: the table's type distinguishes them, but a loop can't.
  return Object.fromEntries(schemas) as {
    readonly [V in keyof Variables<T>]: z.ZodDefault<z.ZodType<Variables<T>[V]>>;
  };
}

/** Sizes without a temporary disk: a VM can be resized between these. */
const size = z.string().regex(sizePattern, "must be an Azure VM size such as Standard_B2als_v2");

const admins = z
  .string()
  .default("")
  .transform((text) => entriesIn(text.toLowerCase()))
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

export const azure = z.object({
  PUBLIC_URL: url,
  /** How many proxies in front of the bot append to X-Forwarded-For. On Azure one, its own. */
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
  AZURE_PACE: z.coerce.number().min(1).max(1000).optional(),
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
    .refine((name) => name !== "openclaw", "can't be openclaw: that account deliberately has no rights")
    .default("azureuser"),
  BREAK_GLASS_PUBLIC_KEY: z
    .string()
    .regex(/^ssh-(rsa|ed25519) \S+/, "must be an OpenSSH public key")
    .optional(),
  OPENCLAW_PORT: number(18789, 1024, 65535),
  HOME_DISK: homeDisk,
  ARCHIVE_URL: url.optional(),
  ARCHIVE_SHA256: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")
    .optional(),
  ATTACH_TO_SCALE_SET: z.enum(["on", "off"]).default("on"),
  /** pnpm and Claude Code on the VMs. */
  EXTRAS: z.enum(["on", "off"]).default("on"),
  ...variablesOf(policySettings),
  BACKUP_GROUP: z.string().min(1),
  BACKUP_HOUR: number(3, 0, 23),
  /** How many commands someone may send at once, and how many more each second; strangers all together. */
  MEMBER_CALLS: number(20, 1, 10_000),
  MEMBER_CALLS_A_SECOND: number(1, 1, 1000),
  ADMIN_CALLS: number(60, 1, 10_000),
  ADMIN_CALLS_A_SECOND: number(3, 1, 1000),
  STRANGER_CALLS: number(10, 1, 10_000),
  STRANGER_CALLS_A_SECOND: number(1, 1, 1000),
  BOOTSTRAP_ADMINS: admins,
  /** Admins as long as it is set, whatever the roster says: the way back in. */
  RECOVERY_ADMINS: admins,
});

export const discord = z.object({
  DISCORD_API_URL: url.default("https://discord.com/api"),
  DISCORD_FILE_ORIGINS: origins.default(["https://cdn.discordapp.com", "https://media.discordapp.net"]),
  DISCORD_PUBLIC_KEY: wellFormed(publicKeyFault),
  DISCORD_APPLICATION_ID: snowflake,
  /** Name of the secret with the bot's token ("About keys, secrets, and certificates", Microsoft Learn, 2026). */
  DISCORD_TOKEN_SECRET: z
    .string()
    .regex(/^[0-9A-Za-z-]{1,127}$/, "must be a secret's name: letters, digits and hyphens")
    .default("discord-bot-token"),
  DISCORD_GUILD_ID: snowflake,
  DISCORD_ADMIN_CHANNEL_ID: snowflake.optional(),
});

export const teams = z.object({
  MicrosoftAppId: guid,
  /** The bot has no password, so there is no other type. */
  MicrosoftAppType: z.literal("UserAssignedMSI").default("UserAssignedMSI"),
  MicrosoftAppTenantId: guid,
  TEAMS_ADMIN_CONVERSATION: z.string().startsWith("19:", "must be a conversation's id: 19:…").optional(),
  /** Where else files may be fetched from: a simulator's. */
  TEAMS_FILE_ORIGINS: origins.default([]),
  /** The root site's. National clouds have their own domains ("Office 365 URLs and IP address ranges", Microsoft Learn, 2026). */
  TEAMS_SHAREPOINT_HOST: z
    .string()
    .toLowerCase()
    .regex(
      /^[a-z0-9][a-z0-9-]*\.sharepoint(-mil)?\.(com|us|cn|de)$/,
      "must be the host of the tenant's SharePoint, such as contoso.sharepoint.com",
    )
    .optional(),
  TEAMS_SERVICE_URL: url.default("https://smba.trafficmanager.net/teams"),
  BOT_OPENID_METADATA_URL: url.default("https://login.botframework.com/v1/.well-known/openidconfiguration"),
  BOT_TOKEN_ISSUER: z.url({ protocol: /^https?$/ }).default("https://api.botframework.com"),
  BOT_LOGIN_URL: url.default("https://login.microsoftonline.com/botframework.com"),
});

export const storage = z
  .object({
    AzureWebJobsStorage: wellFormed(connectionStringFault).optional(),
    AzureWebJobsStorage__accountName: z
      .string()
      .regex(/^[0-9a-z]{3,24}$/, "must be a storage account's name")
      .optional(),
    AzureWebJobsStorage__clientId: guid.optional(),
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

/** Every setting that the bot reads, by its name in the environment. */
export const variables: Readonly<Record<string, z.ZodType>> = {
  ...azure.shape,
  ...storage.in.shape,
  ...discord.shape,
  ...teams.shape,
};
