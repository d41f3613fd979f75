import { randomBytes as cryptoBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import packageJson from "../package.json" with { type: "json" };
import { agentConfig } from "./cloud/agentConfig.ts";
import { type Buckets, bucketsBy } from "./cloud/buckets.ts";
import { lazily } from "./cloud/lazily.ts";
import { retailPrices } from "./cloud/prices.ts";
import { projectFolder } from "./cloud/scripts.ts";
import { stretched } from "./cloud/stretch.ts";
import { type Config, ConfigFault, problemsOf, readConfig, teamsFileOrigins } from "./config/config.ts";
import type { Clock } from "./core/clock.ts";
import type { Cloud, Directory } from "./core/cloud.ts";
import { namesOf } from "./core/names.ts";
import { once } from "./core/once.ts";
import type { Platform } from "./core/platform.ts";
import { policySettings } from "./core/policySettings.ts";
import { valuesIn } from "./core/setting.ts";
import type { Settings } from "./core/settings.ts";
import type { Queue, Store } from "./core/store.ts";
import type { TokenSource } from "./core/token.ts";
import { commands } from "./features/commands.ts";
import { features, operations, periodic, tasks } from "./features/index.ts";
import { fileFetcher } from "./features/roster/files.ts";
import { callTask } from "./front/answerLater.ts";
import { limitsIn, type Rates } from "./front/limits.ts";
import { recentChoicesIn } from "./front/recentChoices.ts";
import { refusalLog, refusingPlatform } from "./front/refusing.ts";
import { consoleLog } from "./log.ts";
import type { Parts, RandomBytes } from "./parts.ts";
import { discordIs, discordPlatform } from "./platforms/discord/platform.ts";
import { teamsIs, teamsPlatform } from "./platforms/teams/platform.ts";
import { tableStore } from "./store/tables.ts";

/** The parts as the environment describes them. The clock and the queue can be supplied. @throws ConfigFault if the bot can't work at all */
export function partsFrom(
  env: NodeJS.ProcessEnv,
  seams: Partial<Pick<Parts, "clock" | "wait" | "queue" | "randomBytes" | "log">> = {},
): Parts {
  const { config, faults } = readConfig(env);
  if (!config) throw new ConfigFault(faults);
  const { azure, discord, teams, storage } = config;
  const {
    clock = { now: () => new Date() },
    wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
    queue = queueFrom(storage),
    randomBytes = (count: number) => new Uint8Array(cryptoBytes(count)),
    log = consoleLog(),
  } = seams;
  const settings = settingsFrom(azure);
  const buckets = bucketsBy(clock, settings.azurePace);
  const store = tableStore(storage, randomBytes, clock);
  return {
    clock,
    wait,
    settings,
    store,
    queue,
    prices: pricesFrom(azure, settings, store, clock),
    ...cloudFrom(azure, settings, discord?.DISCORD_TOKEN_SECRET, { randomBytes, buckets }),
    stretched: stretchedBy(buckets, settings, randomBytes),
    fetchText: fileFetcher({
      discord: { origins: discord?.DISCORD_FILE_ORIGINS ?? [] },
      teams: { origins: teams ? teamsFileOrigins(teams) : [], setBy: "sharePointHost" },
    }),
    platforms: platformsFrom(config, store, { clock, log, wait }),
    limits: limitsIn(ratesFrom(azure), clock),
    recentChoices: recentChoicesIn(clock),
    platformNames: ["discord", "teams"],
    adminPlatforms: config.adminPlatforms,
    commands,
    operations,
    features,
    tasks: [callTask, ...tasks],
    periodic,
    trustedProxies: azure.TRUSTED_PROXIES,
    randomBytes,
    version: packageJson.version,
    faults,
    problems: problemsOf(config, faults),
    log,
  };
}

const settingsFrom = (azure: Config["azure"]): Settings => ({
  place: { subscription: azure.AZURE_SUBSCRIPTION_ID, resourceGroup: azure.INSTANCES_GROUP },
  tenant: azure.AZURE_TENANT_ID,
  location: azure.AZURE_LOCATION,
  sizes: [azure.VM_SIZE],
  size: azure.VM_SIZE,
  homeDisk: azure.HOME_DISK,
  ...valuesIn(policySettings, azure),
  backupGroup: azure.BACKUP_GROUP,
  backupHour: azure.BACKUP_HOUR,
  openclawPort: azure.OPENCLAW_PORT,
  publicUrl: azure.PUBLIC_URL,
  agentConfig: agentConfig(azure.OPENCLAW_PORT),
  vault: azure.KEY_VAULT_ID.split("/").at(-1) ?? "",
  breakGlass: azure.BREAK_GLASS_PUBLIC_KEY === undefined ? undefined : azure.ADMIN_USERNAME,
  azurePace: azure.AZURE_PACE ?? 1,
  bootstrapAdmins: azure.BOOTSTRAP_ADMINS,
  recoveryAdmins: azure.RECOVERY_ADMINS,
});

/** How much longer waits become while few calls are left for a member's VM. */
const stretchedBy =
  (buckets: Buckets, { azurePace: pace }: Settings, randomBytes: RandomBytes): Parts["stretched"] =>
  (seconds, key) =>
    stretched(seconds, buckets.least(namesOf(key).vm), {
      random: () => Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32,
      pace,
    });

/** Its SDK is loaded at the first use: most answers queue nothing. */
function queueFrom(storage: Config["storage"]): Queue {
  const queue = once(async () => (await import("./store/queue.ts")).storageQueue(storage, "work"));
  return {
    send: async (...args) => (await queue()).send(...args),
    depth: async () => (await queue()).depth(),
    drainPoison: async (take) => (await queue()).drainPoison(take),
  };
}

/** How many commands each kind of caller may send. */
const ratesFrom = (azure: Config["azure"]): Rates => ({
  member: { atOnce: azure.MEMBER_CALLS, perSecond: azure.MEMBER_CALLS_A_SECOND },
  admin: { atOnce: azure.ADMIN_CALLS, perSecond: azure.ADMIN_CALLS_A_SECOND },
  stranger: { atOnce: azure.STRANGER_CALLS, perSecond: azure.STRANGER_CALLS_A_SECOND },
});

function pricesFrom(
  azure: Config["azure"],
  { location, homeDisk }: Settings,
  cache: Store,
  clock: Clock,
): Parts["prices"] {
  const prices = retailPrices({ location, homeDisk, pricesUrl: azure.PRICES_URL, cache, clock });
  return {
    known: (size) => prices.cachedPrice(size),
    refresh: async (size) => void (await prices.monthlyPrice(size)),
  };
}

/** The platforms with any settings. One that can't work with its settings refuses every call. */
function platformsFrom(
  { azure, discord, teams, refusing }: Config,
  store: Store,
  { clock, log, wait }: Pick<Parts, "clock" | "log" | "wait">,
): Parts["platforms"] {
  const refused = refusalLog({ log, wait });
  return {
    ...(refusing.discord && { discord: refusingPlatform(discordIs, refusing.discord) }),
    ...(discord && {
      discord: discordFrom(discord, tokenFrom(azure, discord, clock), clock, (why) =>
        refused("discord", why),
      ),
    }),
    ...(refusing.teams && { teams: refusingPlatform(teamsIs, refusing.teams) }),
    ...(teams && { teams: teamsFrom(teams, store, clock, (why) => refused("teams", why)) }),
  };
}

const discordFrom = (
  discord: NonNullable<Config["discord"]>,
  tokens: TokenSource,
  clock: Clock,
  refused: (why: string) => void,
): Platform =>
  discordPlatform({
    apiUrl: discord.DISCORD_API_URL,
    publicKey: discord.DISCORD_PUBLIC_KEY,
    applicationId: discord.DISCORD_APPLICATION_ID,
    tokens,
    guildId: discord.DISCORD_GUILD_ID,
    adminChannelId: discord.DISCORD_ADMIN_CHANNEL_ID,
    clock,
    refused,
  });

/** The vault is read when a call first needs the token, and its SDK is loaded then. */
function tokenFrom(
  azure: Config["azure"],
  { DISCORD_TOKEN_SECRET: secret }: NonNullable<Config["discord"]>,
  clock: Clock,
): TokenSource {
  const source = once(async () => {
    const [{ tokenInVault }, { botCredential }, { tokenIn }] = await Promise.all([
      import("./cloud/token.ts"),
      import("./cloud/credential.ts"),
      import("./platforms/discord/api.ts"),
    ]);
    const credential = botCredential(azure.AZURE_CLIENT_ID);
    return tokenInVault({ url: azure.KEY_VAULT_URL, credential, secret, read: tokenIn, clock });
  });
  return {
    get: async () => (await source()).get(),
    refuse: async (token) => (await source()).refuse(token),
  };
}

const teamsFrom = (
  teams: NonNullable<Config["teams"]>,
  cache: Store,
  clock: Clock,
  refused: (why: string) => void,
): Platform =>
  teamsPlatform({
    appId: teams.MicrosoftAppId,
    tenantId: teams.MicrosoftAppTenantId,
    openIdMetadataUrl: teams.BOT_OPENID_METADATA_URL,
    tokenIssuer: teams.BOT_TOKEN_ISSUER,
    loginUrl: teams.BOT_LOGIN_URL,
    serviceUrl: teams.TEAMS_SERVICE_URL,
    adminConversation: teams.TEAMS_ADMIN_CONVERSATION,
    commands,
    cache,
    clock,
    refused,
  });

/** Azure's SDKs are loaded at the first use: an answer in chat needs none of them, and has three seconds. */
function cloudFrom(
  azure: Config["azure"],
  settings: Settings,
  readsSecret: string | undefined,
  given: { readonly randomBytes: RandomBytes; readonly buckets: Buckets },
): { cloud: Cloud; directory: Directory } {
  const credential = once(async () =>
    (await import("./cloud/credential.ts")).botCredential(azure.AZURE_CLIENT_ID),
  );
  const cloud = once(async () => {
    const [{ azureCloud }, { scriptsIn }] = await Promise.all([
      import("./cloud/azure.ts"),
      import("./cloud/scripts.ts"),
    ]);
    return azureCloud({
      ...settings,
      ...azureFrom(azure),
      credential: await credential(),
      readsSecret,
      scripts: scriptsIn(join(projectFolder(), "cloud-init")),
      ...given,
    });
  });
  const directory = once(async () => {
    const { graphDirectory } = await import("./cloud/directory.ts");
    return graphDirectory({
      credential: await credential(),
      graphUrl: azure.GRAPH_URL,
      scope: "https://graph.microsoft.com/.default",
    });
  });
  return {
    cloud: lazily(cloud),
    directory: { find: async (person) => (await directory()).find(person) },
  };
}

const azureFrom = (azure: Config["azure"]) => ({
  endpoint: azure.AZURE_RESOURCE_MANAGER_URL,
  scope: "https://management.azure.com/.default",
  vault: { url: azure.KEY_VAULT_URL, id: azure.KEY_VAULT_ID },
  bootIdentityId: azure.BOOT_IDENTITY_ID,
  scaleSetId: azure.SCALE_SET_ID,
  attachToScaleSet: azure.ATTACH_TO_SCALE_SET === "on",
  subnetId: azure.SUBNET_ID,
  adminUsername: azure.ADMIN_USERNAME,
  breakGlassPublicKey: azure.BREAK_GLASS_PUBLIC_KEY,
  archive:
    azure.ARCHIVE_URL && azure.ARCHIVE_SHA256
      ? { url: azure.ARCHIVE_URL, sha256: azure.ARCHIVE_SHA256 }
      : undefined,
  extras: azure.EXTRAS === "on",
  environment: azure.ENVIRONMENT,
});
