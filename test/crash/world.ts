import { appFrom } from "../../bot/app.ts";
import { commands } from "../../bot/features/commands.ts";
import type { Parts } from "../../bot/parts.ts";
import { registerCommands } from "../../bot/platforms/discord/register.ts";
import { workMessage } from "../../bot/store/rowFormat.ts";
import { partsFrom } from "../../bot/wiring.ts";
import { botEnvironment as azureEnvironment } from "../../local/azure/environment.ts";
import { tenantId } from "../../local/azure/seed/directory.ts";
import { type AzureSimulator, startAzure } from "../../local/azure/start.ts";
import {
  type DiscordSimulator,
  botEnvironment as discordEnvironment,
  startDiscord,
} from "../../local/discord/start.ts";
import { people as teamsPeople } from "../../local/teams/people.ts";
import {
  startTeams,
  type TeamsSimulator,
  botEnvironment as teamsEnvironment,
} from "../../local/teams/start.ts";
import { as, Died, install, type Mortal, mortal, serve } from "./seam.ts";
import { type Message, type Storage, startStorage } from "./storage.ts";

/** Waits that nobody ends: people wait for an answer as long as it takes. */
const patient = (_milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

/** For how long the host of Functions hides a message that is worked on, in seconds: after it, a dead worker's comes back. */
const lockSeconds = 600;
/** After so many tries a message goes to the poison queue; both as in host.json. */
const mostTries = 5;
const restSeconds = 30;
/** What is due later than this is not waited for. In milliseconds. */
const soonMs = 15 * 60_000;
const mostSteps = 3000;

/** The stage of what another worker does with the same piece of work. */
export const meanwhile = "meanwhile";

export type CrashWorld = Awaited<ReturnType<typeof startCrashWorld>>;

/** All that outlives a worker. */
export interface Moment {
  readonly at: Date;
  readonly random: number;
  readonly storage: ReturnType<Storage["snapshot"]>;
  readonly azure: ReturnType<AzureSimulator["snapshot"]>;
  readonly discord: ReturnType<DiscordSimulator["snapshot"]>;
  readonly teams: ReturnType<TeamsSimulator["snapshot"]>;
}

/** What the HTTP functions do. */
async function answered(request: Request, app: Worker["app"]) {
  const { pathname } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  const [, token] = /^\/api\/access\/(.+)$/.exec(pathname) ?? [];
  if (token !== undefined)
    return app.access({ method: request.method, token, forwardedFor: headers["x-forwarded-for"] });
  const body = new Uint8Array(await request.arrayBuffer());
  return pathname === "/api/messages" ? app.messages({ headers, body }) : app.interactions({ headers, body });
}

/** How the queue and the platforms behave. */
interface Behaviour {
  /** Hands a message that was taken to a worker: it, or another one that was taken. */
  hand(message: Message, handOver: (message?: Message) => Promise<void>): Promise<void>;
  /** Makes each call of a platform come twice, at once, and is called when one does. */
  readonly callsTwice: (() => void) | undefined;
}

const good: Behaviour = { hand: (_message, handOver) => handOver(), callsTwice: undefined };

/** A worker: one process of the bot. */
export interface Worker {
  readonly who: Mortal;
  readonly app: ReturnType<typeof appFrom>;
}

/**
 * The bot with the real SDKs against the simulators and a storage in memory, without a socket, in virtual time; all of it can be
 * put back to an earlier moment.
 * @param alter plants a fault into each worker
 */
export async function startCrashWorld(alter: (parts: Parts) => Parts = (parts) => parts) {
  install();
  const time = { now: new Date("2026-11-22T09:00:00Z") };
  const clock = { now: () => time.now };
  const storage = await startStorage(clock);
  const azure = await startAzure({
    port: 0,
    tls: { cert: "", key: "" },
    clock,
    // The clients that keep tokens go by the machine's clock.
    tokenClock: { now: () => new Date() },
    serve,
  });
  const discord = await startDiscord({ port: 0, clock, interactionsUrl: "", serve });
  const appId = azure.identity("bot").clientId;
  const teams = await startTeams({ port: 0, clock, messagesUrl: "", tenantId, appId, serve });
  azure.vault.set("discord-bot-token", discord.botToken);
  const env: Record<string, string> = {
    AzureWebJobsStorage: storage.connectionString,
    ...azureEnvironment(azure),
    ...discordEnvironment(discord),
    ...teamsEnvironment(teams),
    BOOTSTRAP_ADMINS: `discord:${discord.people.ada.id} entra:${teamsPeople.ada.objectId}`,
    PUBLIC_URL: "https://bot.contoso.com",
  };
  // The identity SDK reads these two from the process, as the Functions host sets them.
  Object.assign(process.env, {
    IDENTITY_ENDPOINT: env["IDENTITY_ENDPOINT"],
    IDENTITY_HEADER: env["IDENTITY_HEADER"],
  });

  const errors: string[] = [];
  const log = {
    info: () => undefined,
    error: (message: string, error: unknown) => {
      errors.push(`${message} ${error instanceof Error ? error.stack : String(error)}`);
    },
  };
  const random = { last: 0 };
  const randomBytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => {
      random.last = (random.last * 1_103_515_245 + 12_345) % 2_147_483_648;
      return random.last >> 16;
    });
  const spawn = (): Worker => ({
    who: mortal(),
    app: appFrom(alter(partsFrom(env, { clock, wait: patient, randomBytes, log }))),
  });

  const count = { deaths: 0 };
  const workers = { front: spawn() };
  const behaviour: Behaviour = { ...good };
  /** What a worker was given last. */
  let inHand: (worker: Worker) => Promise<void> = async () => undefined;

  /** Does a piece of work as that worker; false: it died of it, and another one has taken its place. */
  async function living<T>(
    worker: Worker,
    stage: string,
    work: () => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    try {
      return { value: await as(worker.who, stage, work) };
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      count.deaths += 1;
      const next = spawn();
      if (workers.front === worker) workers.front = next;
      return undefined;
    }
  }

  const bot = await serve(
    async (request) => {
      const worker = workers.front;
      inHand = async () => undefined;
      behaviour.callsTwice?.();
      const again = behaviour.callsTwice ? request.clone() : undefined;
      const [answer] = await Promise.all([
        living(worker, "front", () => answered(request, worker.app)),
        again && living(worker, "front", () => answered(again, worker.app)),
      ]);
      // As whoever calls hears it.
      if (!answer) throw new TypeError("fetch failed");
      const { status, headers: sent, body: said } = answer.value;
      return new Response(said ?? null, { status, ...(sent && { headers: sent }) });
    },
    { port: 0 },
  );
  discord.interactionsUrl = `${bot.url}/api/interactions`;
  teams.messagesUrl = `${bot.url}/api/messages`;
  const { url: apiUrl, applicationId, botToken, guildId } = discord;
  await registerCommands(commands, { apiUrl, applicationId, botToken, guildId });

  /** What a message is about: the command, or the operation and how far it is. */
  function stageOf(text: string): string {
    const { kind, partition, id } = workMessage.parse(JSON.parse(text));
    if (kind === "operation") {
      const { name, phase, status } = (storage.row("state", partition, `op:${id}`) ?? {}) as Record<
        string,
        string
      >;
      return status === "running" ? `${name}, ${phase}` : `${name}, ${status}`;
    }
    return kind;
  }

  const pass = (seconds: number) => {
    time.now = new Date(time.now.getTime() + seconds * 1000);
  };
  const until = (at: number) => {
    if (at > time.now.getTime()) time.now = new Date(at);
  };

  /** The host of Functions takes one message and gives it to a worker, however the queue behaves. */
  async function deliver(): Promise<void> {
    const message = storage.take("work", lockSeconds);
    if (message) await behaviour.hand(message, (again) => handOver(again ?? message));
  }

  async function handOver(message: Message): Promise<void> {
    const text = Buffer.from(message.text, "base64").toString();
    const worker = workers.front;
    inHand = ({ app }) => app.work(JSON.parse(text));
    try {
      const done = await living(worker, stageOf(text), () => worker.app.work(JSON.parse(text)));
      if (done) storage.drop("work", message.id);
    } catch (error) {
      log.error("a message failed", error);
      if (message.dequeued < mostTries) message.visibleAt = time.now.getTime() + restSeconds * 1000;
      else storage.putAside("work", message.id);
    }
  }

  /** What is to be tended stands beside the due rows, with a word before its time; other rows there wait for no time. */
  const timeIn = (key: string): readonly number[] => {
    const [, at] = /^(?:tend:)?(\d{4}-.{18}Z)/.exec(key) ?? [];
    return at === undefined ? [] : [Date.parse(at)];
  };
  const dueNext = (): number => Math.min(...storage.keys("due").flatMap(timeIn), Number.POSITIVE_INFINITY);
  const visibleNext = (): number =>
    Math.min(...storage.messages("work").map(({ visibleAt }) => visibleAt), Number.POSITIVE_INFINITY);

  async function sweep(): Promise<void> {
    const worker = workers.front;
    inHand = ({ app }) => app.sweep();
    try {
      await living(worker, "sweep", () => worker.app.sweep());
    } catch (error) {
      // The timer comes again.
      log.error("a sweep failed", error);
      pass(60);
    }
  }

  /**
   * Works, and sweeps each time that something is due, until it is enough or there is nothing more to do soon.
   * @param withinMs later than that after now nothing is done any more
   */
  async function settle(
    isEnough: () => boolean = () => false,
    withinMs = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    const end = time.now.getTime() + withinMs;
    for (let step = 0; step < mostSteps; step += 1) {
      const [message, due] = [visibleNext(), dueNext()];
      if (isEnough() || Math.min(message, due) > Math.min(time.now.getTime() + soonMs, end)) return;
      if (message <= due) {
        until(message);
        await deliver();
      } else {
        until(due);
        await sweep();
      }
    }
    throw new Error(`it does not end within ${mostSteps} steps`);
  }

  return {
    azure,
    discord,
    teams,
    storage,
    errors,
    /** How often a worker has died. */
    deaths: () => count.deaths,
    workers,
    spawn,
    living,
    behaviour,
    stageOf,
    settle,
    /** Works for so many messages only. */
    async works(messages: number) {
      for (let i = 0; i < messages; i += 1) {
        until(visibleNext());
        await deliver();
      }
    },
    /** Somebody opens an access link and proposes the address that they come from. */
    async visits(link: string, address: string): Promise<string> {
      const token = link.split("/").at(-1) ?? "";
      const headers = { "x-forwarded-for": address };
      return (await fetch(`${bot.url}/api/access/${token}`, { method: "POST", headers })).text();
    },
    pass,
    now: () => time.now,
    sweep,
    /** Another worker is given the same. */
    async meanwhile(): Promise<void> {
      const other = spawn();
      await as(other.who, meanwhile, () => inHand(other)).catch((error: unknown) =>
        log.error("another worker failed", error),
      );
    },
    snapshot: (): Moment => ({
      at: time.now,
      random: random.last,
      storage: storage.snapshot(),
      azure: azure.snapshot(),
      discord: discord.snapshot(),
      teams: teams.snapshot(),
    }),
    restore(saved: Moment) {
      time.now = saved.at;
      random.last = saved.random;
      storage.restore(saved.storage);
      azure.restore(saved.azure);
      discord.restore(saved.discord);
      teams.restore(saved.teams);
      errors.length = 0;
      Object.assign(behaviour, good);
      // Whoever works still is of another world.
      workers.front.who.die();
      workers.front = spawn();
    },
  };
}
