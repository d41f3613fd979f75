import { randomBytes as cryptoBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import packageJson from "../package.json" with { type: "json" };
import { retailPrices } from "./cloud/prices.ts";
import { type Config, ConfigFault, problemsOf, readConfig, teamsFileOrigins } from "./config.ts";
import type { Clock } from "./core/clock.ts";
import type { Cloud, Directory } from "./core/cloud.ts";
import type { HttpAnswer, InboundRequest, Platform } from "./core/platform.ts";
import { policySettings } from "./core/policySettings.ts";
import { valuesIn } from "./core/setting.ts";
import type { Settings } from "./core/settings.ts";
import type { Store } from "./core/store.ts";
import type { TokenSource } from "./core/token.ts";
import { complaints } from "./engine/platformState.ts";
import { withPolicy } from "./engine/settingsNow.ts";
import { sweep } from "./engine/sweep.ts";
import { work } from "./engine/work.ts";
import { type Visit, visitAccessLink } from "./features/access/visit.ts";
import { commands } from "./features/commands.ts";
import { features, operations, periodic, tasks } from "./features/index.ts";
import { fileFetcher } from "./features/roster/files.ts";
import { answer } from "./front/answer.ts";
import { callTask } from "./front/callTask.ts";
import { limitsIn } from "./front/limits.ts";
import { refusalLog } from "./front/refusals.ts";
import { healthAnswer, refusingPlatform, unavailable } from "./front/refusing.ts";
import { warmUp } from "./front/warmUp.ts";
import { consoleLog } from "./log.ts";
import type { Parts, RandomBytes } from "./parts.ts";
import { discordPlatform } from "./platforms/discord/platform.ts";
import { tokenIn } from "./platforms/discord/token.ts";
import { storageQueue } from "./store/queue.ts";
import { workMessage } from "./store/schemas.ts";
import { tableStore } from "./store/tables.ts";

export interface App {
  interactions(request: InboundRequest): Promise<HttpAnswer>;
  messages(request: InboundRequest): Promise<HttpAnswer>;
  /** The page behind an access link. */
  access(visit: Visit): Promise<HttpAnswer>;
  /** @param tries how often the queue has handed the message over, this time included; once, if it does not say */
  work(message: unknown, tries?: unknown): Promise<void>;
  sweep(): Promise<void>;
  health(): Promise<HttpAnswer>;
  /** Loads beforehand what a first call would have to wait for. Never fails. */
  warmUp(): Promise<void>;
}

let wired: App | undefined;

/** The bot, wired once in a process from its environment. */
export function app(): App {
  wired ??= appIn(process.env);
  return wired;
}

/** The bot as an environment wants it; where that does not say enough, one that says so to every call. */
export function appIn(env: NodeJS.ProcessEnv): App {
  const { config, faults } = readConfig(env);
  return config ? appFrom(partsFrom(env)) : refusingApp(faults);
}

/** What is queued fails until it is put aside; the sweep brings it back once the settings are mended. */
function refusingApp(faults: readonly string[]): App {
  const answerUnavailable = async () => unavailable;
  const fail = async () => {
    throw new ConfigFault(faults);
  };
  return {
    interactions: answerUnavailable,
    messages: answerUnavailable,
    access: answerUnavailable,
    work: fail,
    sweep: fail,
    health: async () => healthAnswer(faults, {}),
    // There is nothing that a call could be waiting for.
    warmUp: async () => undefined,
  };
}

const timesHandedOver = z.coerce.number().int().positive().default(1);

/** The bot from its parts. */
export function appFrom(parts: Parts): App {
  const { discord, teams } = parts.platforms;
  let inHand = 0;
  const counted = async (platform: Platform | undefined, request: InboundRequest): Promise<HttpAnswer> => {
    inHand += 1;
    try {
      return await answer(platform, request, parts);
    } finally {
      inHand -= 1;
    }
  };
  return {
    interactions: (request) => counted(discord, request),
    messages: (request) => counted(teams, request),
    access: async (visit) => visitAccessLink(visit, await withPolicy(parts)),
    work: async (message, tries) =>
      work(workMessage.parse(message), timesHandedOver.parse(tries), await withPolicy(parts)),
    sweep: async () => sweep(await withPolicy(parts)),
    health: async () => healthAnswer(parts.faults, await complaints(parts).catch(() => undefined)),
    warmUp: () => warmUp(parts, () => inHand > 0),
  };
}

/** The parts as the environment asks for them; time and queue can be brought along. @throws ConfigFault where the bot can't work at all */
export function partsFrom(
  env: NodeJS.ProcessEnv,
  seams: Partial<Pick<Parts, "clock" | "wait" | "queue" | "randomBytes" | "log">> = {},
): Parts {
  const { config, faults } = readConfig(env);
  if (!config) throw new ConfigFault(faults);
  const { azure, discord, teams, storage, refusing } = config;
  const {
    clock = { now: () => new Date() },
    wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
    queue = storageQueue(storage, "work"),
    randomBytes = (count: number) => new Uint8Array(cryptoBytes(count)),
    log = consoleLog(),
  } = seams;
  const settings: Settings = {
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
    bootstrapAdmins: azure.BOOTSTRAP_ADMINS,
  };
  const refused = refusalLog({ log, wait });
  const store = tableStore(storage, randomBytes, clock);
  const prices = retailPrices({
    location: settings.location,
    homeDisk: settings.homeDisk,
    pricesUrl: azure.PRICES_URL,
    cache: store,
    clock,
  });
  return {
    clock,
    wait,
    settings,
    store,
    queue,
    prices: {
      known: (size) => prices.cachedPrice(size),
      refresh: async (size) => void (await prices.monthlyPrice(size)),
    },
    ...cloudFrom(azure, settings, discord?.DISCORD_TOKEN_SECRET, randomBytes),
    fetchText: fileFetcher({
      discord: { origins: discord?.DISCORD_FILE_ORIGINS ?? [] },
      teams: { origins: teams ? teamsFileOrigins(teams) : [], setBy: "sharePointHost" },
    }),
    platforms: {
      ...(refusing.discord && { discord: refusingPlatform("discord", false, refusing.discord) }),
      ...(discord && {
        discord: discordFrom(discord, tokenFrom(azure, discord, clock), clock, (why) =>
          refused("discord", why),
        ),
      }),
      ...(refusing.teams && { teams: refusingPlatform("teams", true, refusing.teams) }),
      ...(teams && { teams: teamsFrom(teams, store, clock, (why) => refused("teams", why)) }),
    },
    limits: limitsIn(
      {
        member: { atOnce: azure.MEMBER_CALLS, perSecond: azure.MEMBER_CALLS_A_SECOND },
        admin: { atOnce: azure.ADMIN_CALLS, perSecond: azure.ADMIN_CALLS_A_SECOND },
        stranger: { atOnce: azure.STRANGER_CALLS, perSecond: azure.STRANGER_CALLS_A_SECOND },
      },
      clock,
    ),
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
    problems: problemsOf(config),
    log,
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

/** The vault is asked when a call first needs the token, and its SDK loaded then. */
function tokenFrom(
  azure: Config["azure"],
  { DISCORD_TOKEN_SECRET: secret }: NonNullable<Config["discord"]>,
  clock: Clock,
): TokenSource {
  const source = once(async () => {
    const [{ tokenInVault }, { botCredential }] = await Promise.all([
      import("./cloud/token.ts"),
      import("./cloud/credential.ts"),
    ]);
    const credential = botCredential(azure.AZURE_CLIENT_ID);
    return tokenInVault({ url: azure.KEY_VAULT_URL, credential, secret, read: tokenIn, clock });
  });
  return {
    get: async () => (await source()).get(),
    refuse: async (token) => (await source()).refuse(token),
  };
}

/** botbuilder is loaded with the first use: it is large, and an answer in Discord needs none of it. */
function teamsFrom(
  teams: NonNullable<Config["teams"]>,
  cache: Store,
  clock: Clock,
  refused: (why: string) => void,
): Platform {
  const platform = once(async () =>
    (await import("./platforms/teams/platform.ts")).teamsPlatform({
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
    }),
  );
  return {
    name: "teams",
    vouches: true,
    pieces: [{ name: "teams", load: platform }],
    receive: async (request) => (await platform()).receive(request),
    send: async (message) => (await platform()).send(message),
    check: { when: "unwell", ask: async () => (await platform()).check?.ask() },
  };
}

/** Azure's SDKs are loaded with the first use: an answer in chat needs none of them, and has three seconds. */
function cloudFrom(
  azure: Config["azure"],
  settings: Settings,
  readsSecret: string | undefined,
  randomBytes: RandomBytes,
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
      credential: await credential(),
      endpoint: azure.AZURE_RESOURCE_MANAGER_URL,
      scope: "https://management.azure.com/.default",
      vault: { url: azure.KEY_VAULT_URL, id: azure.KEY_VAULT_ID },
      readsSecret,
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
      scripts: scriptsIn(join(projectFolder(), "cloud-init")),
      randomBytes,
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
    cloud: {
      look: async (...args) => (await cloud()).look(...args),
      act: async (...args) => (await cloud()).act(...args),
      runs: async (...args) => (await cloud()).runs(...args),
      resources: async (...args) => (await cloud()).resources(...args),
      snapshots: async (...args) => (await cloud()).snapshots(...args),
      pastDeployments: async (...args) => (await cloud()).pastDeployments(...args),
      forgetDeployment: async (...args) => (await cloud()).forgetDeployment(...args),
      unfitSizes: async (...args) => (await cloud()).unfitSizes(...args),
      missingRights: async (...args) => (await cloud()).missingRights(...args),
      secrets: async () => (await cloud()).secrets(),
    },
    directory: { find: async (person) => (await directory()).find(person) },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What a new instance is told of its agent: a part of the file that its first boot brings. */
function agentConfig(port: number): Settings["agentConfig"] {
  const text = readFileSync(join(projectFolder(), "cloud-init", "openclaw.json"), "utf8");
  const { agents } = firstConfig.parse(JSON.parse(text.replaceAll("@@port@@", String(port))));
  return { agents };
}

const firstConfig = z.object({ agents: z.record(z.string(), z.unknown()) });

/** Where package.json is: above the bundle as well as above the sources. */
function projectFolder(from = import.meta.dirname): string {
  if (existsSync(join(from, "host.json"))) return from;
  const above = dirname(from);
  if (above === from) throw new Error("the project's folder was not found");
  return projectFolder(above);
}
