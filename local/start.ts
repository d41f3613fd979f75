import { existsSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { stop as stopBundler } from "esbuild";
import { z } from "zod";
import { given } from "../bot/core/given.ts";
import { commands } from "../bot/features/commands.ts";
import { registerCommands } from "../bot/platforms/discord/register.ts";
import { botEnvironment as azureEnvironment } from "./azure/environment.ts";
import { tenantId } from "./azure/seed/directory.ts";
import { type AzureSimulator, startAzure } from "./azure/start.ts";
import { azureLimits } from "./azure/throttling/limits.ts";
import { startAzurite } from "./azurite.ts";
import { certificateIn } from "./certificate.ts";
import { startConsole } from "./console/start.ts";
import {
  type DiscordSimulator,
  botEnvironment as discordEnvironment,
  startDiscord,
} from "./discord/start.ts";
import { freePort } from "./freePort.ts";
import { startFunctions } from "./functions/start.ts";
import { startDoor } from "./playground.ts";
import { reasonOf } from "./reason.ts";
import { type LocalSettings, readSettings } from "./settings.ts";
import { startTeams, type TeamsSimulator, botEnvironment as teamsEnvironment } from "./teams/start.ts";
import { trafficLog } from "./traffic.ts";

/*
 * `npm start`: everything on this machine, in one tree of processes. The simulators and the console run in this one;
 * Azurite and the Functions host, which runs the built bot, are its children.
 */

const clock = { now: () => new Date() };
const say = (text: string) => process.stdout.write(`${text}\n`);

/** As infra/modules/vault.bicep names it. */
const tokenSecret = "discord-bot-token";

/** What has been started, to be stopped in reverse order. */
type Endings = { name: string; end: () => Promise<void> }[];

/** Starts everything and resolves when it is ready. Calls `failed` if a part goes down later. */
async function start(
  settings: LocalSettings,
  endings: Endings,
  failed: (reason: string) => void,
): Promise<void> {
  if (!existsSync(settings.FUNCTIONS_ENTRY)) throw new Error("The bot isn't built yet. Run npm run build.");
  const folder = settings.LOCAL_DATA;
  mkdirSync(folder, { recursive: true });
  const tls = await certificateIn(folder, clock.now());

  const storage = settings.AzureWebJobsStorage ?? (await ownStorage(folder, endings, failed));
  const vendors = await startVendors(settings, tls, endings);
  const { discord, teams, azure } = vendors;

  const port = settings.FUNCTIONS_PORT || (await freePort());
  const { playground } = parseArgs({ options: { playground: { type: "boolean" } } }).values;
  // With the Playground, its proxy takes the port.
  const host = await startBot(settings, vendors, {
    storage,
    port: playground ? 0 : port,
    publicPort: port,
    trusted: tls.file,
  });
  endings.push({ name: "the Functions host", end: host.stop });
  void host.down.then(failed);
  discord.interactionsUrl = `http://localhost:${host.port}/api/interactions`;
  teams.messagesUrl = `http://localhost:${host.port}/api/messages`;
  await checkHealth(host.port);

  const door = playground
    ? await startDoor({
        port,
        target: `http://localhost:${host.port}`,
        tokenFor: teams.tokenFor,
      }).catch(portIs("FUNCTIONS_PORT"))
    : undefined;
  if (door) endings.push({ name: "the Playground's door", end: door.close });
  const page = await startConsole({
    port: settings.CONSOLE_PORT,
    discord,
    teams,
    azure: { url: azure.url, ca: azure.caCertificate },
  }).catch(portIs("CONSOLE_PORT"));
  endings.push({ name: "the console", end: page.close });
  // The page is bundled, so the bundler's process is no longer needed.
  await stopBundler();
  say(welcome(settings, vendors, page.url, door?.port ?? host.port));
}

interface Vendors {
  readonly azure: AzureSimulator;
  readonly discord: DiscordSimulator;
  readonly teams: TeamsSimulator;
}

async function startVendors(
  settings: LocalSettings,
  tls: Awaited<ReturnType<typeof certificateIn>>,
  endings: Endings,
): Promise<Vendors> {
  const folder = settings.LOCAL_DATA;
  const record = trafficLog(settings.TRAFFIC_LOG);
  const azure = await startAzure({
    port: settings.AZURE_PORT,
    stateFile: join(folder, "azure.json"),
    tls,
    clock,
    speed: settings.SPEED,
    limits: azureLimits,
    record,
  }).catch(portIs("AZURE_PORT"));
  endings.push({ name: "Azure", end: azure.close });
  const discord = await startDiscord({
    port: settings.DISCORD_PORT,
    stateFile: join(folder, "discord.json"),
    clock,
    interactionsUrl: `http://localhost:${settings.FUNCTIONS_PORT}/api/interactions`,
    record,
  }).catch(portIs("DISCORD_PORT"));
  endings.push({ name: "Discord", end: discord.close });
  await setUpDiscord(azure, discord);
  const teams = await startTeams({
    port: settings.TEAMS_PORT,
    stateFile: join(folder, "teams.json"),
    clock,
    messagesUrl: `http://localhost:${settings.FUNCTIONS_PORT}/api/messages`,
    tenantId,
    appId: azure.identity("bot").clientId,
    record,
  }).catch(portIs("TEAMS_PORT"));
  endings.push({ name: "Teams", end: teams.close });
  return { azure, discord, teams };
}

/** What a deployer would do; a token that someone has set stays. */
async function setUpDiscord(azure: AzureSimulator, discord: DiscordSimulator): Promise<void> {
  if (given(azure.vault.value(tokenSecret)) === undefined) azure.vault.set(tokenSecret, discord.botToken);
  await registerCommands(commands, {
    apiUrl: discord.url,
    botToken: discord.botToken,
    applicationId: discord.applicationId,
    guildId: discord.guildId,
  });
}

const startBot = (
  settings: LocalSettings,
  { azure, discord, teams }: Vendors,
  at: {
    readonly storage: string;
    readonly port: number;
    readonly publicPort: number;
    /** The file with the certificate that the bot must trust. */
    readonly trusted: string;
  },
) =>
  startFunctions({
    entry: settings.FUNCTIONS_ENTRY,
    port: at.port,
    lockSeconds: settings.QUEUE_LOCK_SECONDS,
    clientAddress: settings.CLIENT_ADDRESS,
    env: {
      ...process.env,
      ...azureEnvironment(azure),
      ...discordEnvironment(discord),
      ...teamsEnvironment(teams),
      AzureWebJobsStorage: at.storage,
      BOOTSTRAP_ADMINS:
        settings.BOOTSTRAP_ADMINS ?? `discord:${discord.people.ada.id} entra:${teams.people.ada.objectId}`,
      PUBLIC_URL: publicUrl(at.publicPort),
      AZURE_PACE: `${settings.SPEED}`,
      NODE_EXTRA_CA_CERTS: at.trusted,
      // The simulators are on this machine, so never use a proxy for them.
      NO_PROXY: [process.env["NO_PROXY"], "localhost", "127.0.0.1"].filter(Boolean).join(","),
    },
    // While everything stops, print the reason and nothing after it.
    say: (line) => ending === undefined && say(line),
  });

/** Loads the bot, so that a fault in its settings shows here, not at the first command. */
async function checkHealth(port: number): Promise<void> {
  const health = await fetch(`http://localhost:${port}/api/health`);
  const said = await health.text();
  // Problems between the bot and a platform can be fixed while it runs.
  if (!health.ok && !isOnlyOfPlatforms(said))
    throw new Error(`The bot doesn't work: /api/health answers ${health.status} ${said}`);
}

const welcome = (
  { LOCAL_DATA: folder, SPEED: speed }: LocalSettings,
  { azure, teams }: Vendors,
  page: string,
  functionsPort: number,
) => `
OpenClaw ChatOps is running on this machine. Open the console and pick who you are:

  Console    ${page}
  Functions  http://localhost:${functionsPort}/api
  Azure      ${azure.url} (simulated; ${speed} times real speed)
  Teams      ${teams.url} (its Bot Connector, simulated)
  Data       ${relative(process.cwd(), folder) || folder}

Ctrl-C stops everything; the next start picks up where you left off.
`;

function isOnlyOfPlatforms(health: string): boolean {
  try {
    return onlyOfPlatforms.safeParse(JSON.parse(health)).success;
  } catch {
    return false;
  }
}

/** What /api/health answers if nothing else is wrong (bot/front/refusing.ts). */
const onlyOfPlatforms = z.strictObject({
  ok: z.literal(false),
  platforms: z.record(z.string(), z.string()),
});

async function ownStorage(
  folder: string,
  endings: Endings,
  failed: (reason: string) => void,
): Promise<string> {
  const azurite = await startAzurite({ folder: join(folder, "azurite"), accounts: ["openclaw"] });
  endings.push({ name: "Azurite", end: azurite.stop });
  void azurite.ended.then((how) => failed(`Azurite stopped (${how}).`));
  return azurite.connectionString("openclaw");
}

const portIs =
  (variable: string) =>
  (error: unknown): never => {
    throw new Error(reasonOf(error, variable), { cause: error });
  };

const endings: Endings = [];
let ending: Promise<void> | undefined;

function stop(exitCode: number): Promise<void> {
  ending ??= (async () => {
    for (const { name, end } of endings.toReversed()) {
      await end().catch((error: unknown) => say(`${name} failed to stop: ${String(error)}`));
    }
    process.exit(exitCode);
  })();
  return ending;
}

/** The host's address for a browser; a codespace forwards its ports ("Default environment variables for your codespace", GitHub Docs, 2026). */
function publicUrl(port: number): string {
  const { CODESPACE_NAME: name, GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: domain } = process.env;
  return name && domain ? `https://${name}-${port}.${domain}` : `http://localhost:${port}`;
}

async function fail(reason: string): Promise<void> {
  if (ending !== undefined) return;
  say(reason);
  await stop(1);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => (ending === undefined ? void stop(0) : process.exit(1)));
}
// npm's shell may be killed without passing the signal on: if the parent has ended, stop too.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && void stop(0), 1000).unref();

await Promise.resolve()
  .then(() => start(readSettings(process.env), endings, (reason) => void fail(reason)))
  .catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
