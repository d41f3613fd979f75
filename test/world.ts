import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { SecretClient } from "@azure/keyvault-secrets";
import { appFrom } from "../bot/app.ts";
import { botCredential } from "../bot/cloud/credential.ts";
import type { WorkMessage } from "../bot/core/store.ts";
import { commands } from "../bot/features/commands.ts";
import type { Log } from "../bot/parts.ts";
import { registerCommands } from "../bot/platforms/discord/register.ts";
import { partsFrom } from "../bot/wiring.ts";
import { botEnvironment as azureEnvironment } from "../local/azure/environment.ts";
import { tenantId } from "../local/azure/seed/directory.ts";
import { type AzureOptions, startAzure } from "../local/azure/start.ts";
import { certificateIn } from "../local/certificate.ts";
import type { Person } from "../local/discord/people.ts";
import { botEnvironment as discordEnvironment, startDiscord } from "../local/discord/start.ts";
import { type Serve, serve } from "../local/serve.ts";
import { startTeams, botEnvironment as teamsEnvironment } from "../local/teams/start.ts";
import type { Exchange } from "../local/traffic.ts";
import { alarms } from "./alarms.ts";
import { storageAccount } from "./azurite.ts";
import { discordClient } from "./discordClient.ts";
import { sharedAnswers } from "./oneMessage.ts";
import { recorder } from "./recording.ts";
import { aLineOf, noteSecrets } from "./secretsInPlay.ts";

/** One for the whole file: what trusts certificates looks once. */
const certificates = mkdtempSync(join(tmpdir(), "world-tls-"));
process.once("exit", () => rmSync(certificates, { recursive: true }));
const certificate = certificateIn(certificates, new Date()).then((tls) => {
  setDefaultCACertificates([...getCACertificates(), tls.cert]);
  return tls;
});

export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * The bot with the real SDKs against the simulators, in one process. Time stands still until the queue moves it:
 * what would take ten minutes takes as long as its calls do.
 */
export async function startWorld(
  environment: Readonly<Record<string, string>> = {},
  {
    withTeams = false,
    storage = storageAccount(),
    token,
    heard,
    isLong = false,
    serveAll = serve,
    ...azureOptions
  }: Pick<AzureOptions, "asked" | "limits" | "speed" | "serve"> & {
    withTeams?: boolean;
    /** How the bot and the simulators are reached, where that is not by ports of this machine. */
    serveAll?: Serve;
    storage?: string;
    /** What the vault holds as Discord's token, where that is not the right one; `not-set` is what main.bicep leaves there. */
    token?: string;
    /** Lives for thousands of messages: the simulators keep what they hold in memory alone. */
    isLong?: boolean;
    /** Hears every exchange between the bot and the simulators. */
    heard?: (exchange: Exchange) => void;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "world-"));
  const time = { now: new Date("2026-11-22T09:00:00Z") };
  const clock = { now: () => time.now };
  const toRecording = recorder();
  const record = (exchange: Exchange) => {
    toRecording(exchange);
    heard?.(exchange);
  };
  const kept = (file: string) => (isLong ? {} : { stateFile: join(folder, file) });
  const tls = await certificate;
  const azure = await startAzure({
    port: 0,
    ...kept("azure.json"),
    tls,
    clock,
    tokenClock: { now: () => new Date() },
    record,
    serve: serveAll,
    ...azureOptions,
  });
  const discord = await startDiscord({
    port: 0,
    ...kept("discord.json"),
    clock,
    interactionsUrl: "",
    record,
    serve: serveAll,
  });
  const teams = withTeams
    ? await startTeams({
        port: 0,
        ...kept("teams.json"),
        clock,
        messagesUrl: "",
        tenantId,
        appId: azure.identity("bot").clientId,
        record,
        serve: serveAll,
      })
    : undefined;
  if (token === undefined) azure.vault.set("discord-bot-token", discord.botToken);
  else if (token !== "not-set") azure.vault.set("discord-bot-token", token);
  const queue = virtualQueue(time);
  const errors: string[] = [];
  const patience = alarms();
  const env: Record<string, string> = {
    AzureWebJobsStorage: storage,
    ...azureEnvironment(azure),
    ...discordEnvironment(discord),
    ...(teams ? teamsEnvironment(teams) : {}),
    BOOTSTRAP_ADMINS: `discord:${discord.people.ada.id}`,
    PUBLIC_URL: "https://bot.contoso.com",
    ...environment,
  };
  // The identity SDK reads these two from the process, as the Functions host sets them.
  Object.assign(process.env, {
    IDENTITY_ENDPOINT: env["IDENTITY_ENDPOINT"],
    IDENTITY_HEADER: env["IDENTITY_HEADER"],
  });
  const parts = partsFrom(env, { clock, wait: patience.wait, queue, log: logInto(errors) });
  const app = appFrom(parts);
  const serving = { app };
  const bot = await serveAll(
    async (request) => {
      const isTeams = request.url.endsWith("/api/messages");
      const answer = await serving.app[isTeams ? "messages" : "interactions"]({
        headers: Object.fromEntries(request.headers),
        body: new Uint8Array(await request.arrayBuffer()),
      });
      return new Response(answer.body ?? null, {
        status: answer.status,
        ...(answer.headers ? { headers: answer.headers } : {}),
      });
    },
    { port: 0, service: () => "bot", record },
  );
  discord.interactionsUrl = `${bot.url}/api/interactions`;
  if (teams) teams.messagesUrl = `${bot.url}/api/messages`;
  const { url: apiUrl, applicationId, botToken, guildId } = discord;
  await registerCommands(commands, { apiUrl, applicationId, botToken, guildId });

  const client = discordClient(discord);
  const world = {
    client,
    azure,
    discord,
    get teams() {
      if (!teams) throw new Error("this world was started without Teams");
      return teams;
    },
    app,
    /** The settings of the bot. */
    env,
    /** The process that answers the platforms; the worker is `app`. */
    serving,
    parts,
    /** What the bot logged as errors. */
    errors,
    /** The connection string of the bot's storage account. */
    storage,
    queue,
    /** How long the bot lets people wait for an answer: for ever, unless this ends it. */
    patience,
    now: () => time.now,
    pass: (seconds: number) => {
      time.now = new Date(time.now.getTime() + seconds * 1000);
    },
    /** Works until nothing is queued, moving time along; `steps` bounds it. */
    async settle(steps = 500) {
      for (let step = 0; step < steps; step += 1) {
        const message = queue.next();
        if (!message) return;
        await app.work(message);
      }
      throw new Error(`the queue is not empty after ${steps} messages`);
    },
    /** Works for so many messages only. */
    async work(messages = 1) {
      for (let i = 0; i < messages; i += 1) {
        const message = queue.next();
        if (message) await app.work(message);
      }
    },
    /** Somebody is put on the roster by Ada, and everything about it is done. */
    async enroll(person: Person, options: Readonly<Record<string, string>> = {}) {
      const entra = `${person.username.split(".")[0]}@contoso.com`;
      await client.types(discord.people.ada, "openclaw-admin roster add", {
        person: person.id,
        entra,
        ...options,
      });
      await world.settle();
      await world.goesOnWithoutMe();
      return client.latest(discord.people.ada);
    },
    /** Ada, where she is the first admin and is asked whether somebody else is to be one in her place, says yes. */
    async goesOnWithoutMe() {
      const { ada } = discord.people;
      if (!client.latest(ada).buttons.includes("Go on without me")) return;
      await client.clicks(ada, "Go on without me", client.latest(ada));
      await world.settle();
    },
    /** Sets a secret in the key vault, as whoever may: a JSON object of keys. */
    async setsSecret(name: string, keys: Readonly<Record<string, string>>) {
      const credential = botCredential(env["AZURE_CLIENT_ID"] ?? "");
      const options = { disableChallengeResourceVerification: true };
      await new SecretClient(azure.url, credential, options).setSecret(name, JSON.stringify(keys));
    },
    close: async () => {
      const shared = await sharedAnswers(storage);
      await Promise.all([azure.close(), discord.close(), teams?.close(), bot.close()]);
      noteSecrets(folder, /AccountKey=([^;]+)/.exec(storage)?.[1] ?? "", aLineOf(tls.key));
      rmSync(folder, { recursive: true });
      if (shared.length > 0) throw new Error(`deliveries share an answer: ${JSON.stringify(shared)}`);
    },
  };
  return world;
}

/** A queue in which time passes only when somebody waits for the next message. */
function virtualQueue(time: { now: Date }) {
  let waiting: { at: number; order: number; message: WorkMessage }[] = [];
  let order = 0;
  const poison: string[] = [];
  return {
    send: async (message: WorkMessage, delaySeconds: number) => {
      order += 1;
      waiting.push({ at: time.now.getTime() + delaySeconds * 1000, order, message });
    },
    /** The message that becomes visible first; time moves on to that moment. */
    next(): WorkMessage | undefined {
      waiting.sort((a, b) => a.at - b.at || a.order - b.order);
      const first = waiting.shift();
      if (first && first.at > time.now.getTime()) time.now = new Date(first.at);
      return first?.message;
    },
    /** When the first message becomes visible, in milliseconds; Infinity where none waits. */
    nextAt: () => waiting.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY),
    poison,
    depth: async () => ({ waiting: waiting.length, poison: poison.length }),
    drainPoison: async (take: (text: string) => Promise<void>) => {
      for (const text of poison.splice(0)) await take(text);
    },
    /** `by`: until then at the latest, in milliseconds. */
    waiting: (by = Number.POSITIVE_INFINITY) =>
      waiting.filter(({ at }) => at <= by).map(({ message }) => message),
    /** As if the queue had lost everything. */
    lose() {
      waiting = [];
    },
  };
}

const logInto = (errors: string[]): Log => ({
  info: (message, fields) => {
    if (process.env["WORLD_LOG"]) console.log(message, JSON.stringify(fields));
  },
  error: (message, error, fields) => {
    errors.push(
      `${message} ${error instanceof Error ? error.stack : String(error)} ${JSON.stringify(fields)}`,
    );
  },
});
