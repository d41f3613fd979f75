import { Hono } from "hono";
import type { Clock } from "../../bot/core/clock.ts";
import { type Serve, serve as serveOnLoopback } from "../serve.ts";
import { putBack, type Snapshot, snapshotOf } from "../snapshot.ts";
import type { Exchange } from "../traffic.ts";
import { type DeliverOptions, type Delivery, deliver } from "./deliver.ts";
import { setFaults } from "./faults.ts";
import { cdn } from "./files.ts";
import { type Action, type How, interact } from "./interact.ts";
import { canSee } from "./messages.ts";
import { isShown } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { adminChannelId, applicationId, guildId, type Person, people, personById } from "./people.ts";
import { discordApi } from "./rest.ts";
import {
  type Channel,
  type Command,
  type Faults,
  type Message,
  openStore,
  type State,
  type Store,
} from "./store.ts";

export interface DiscordSimulator {
  /** For `new REST({ api })`: `http://localhost:PORT/api`. */
  readonly url: string;
  /** Ed25519 key in hex. */
  readonly publicKey: string;
  readonly applicationId: string;
  /** The bot's current token. */
  readonly botToken: string;
  readonly guildId: string;
  readonly adminChannelId: string;
  readonly people: typeof people;
  /** Where to post interactions; can be set once the bot's port is known. */
  interactionsUrl: string;
  /** As in the developer portal: gives the bot a new token; the old one gets 401. */
  resetToken(): string;
  /** Does something in a person's client. */
  interact(person: Person, action: Action, how?: How): Promise<Outcome>;
  /** Signs and posts any body, such as one sent before. */
  deliver(body: string, options?: DeliverOptions): Promise<Delivery>;
  /** The channels, DMs and threads that this person sees. */
  channelsFor(userId: string): Channel[];
  /** All messages that this person sees, oldest first; ephemeral ones (flag 64) only if meant for them. */
  messagesFor(userId: string, channelId?: string): Message[];
  /** The commands that this person's client offers, or all registered ones. */
  commandsFor(userId: string, showAllCommands?: boolean): Command[];
  readonly faults: Faults;
  setFaults(change: Partial<Faults> | undefined): void;
  /** Calls back after every change; returns a function that stops it. */
  onChange(listener: () => void): () => void;
  /** The current state, for `restore`. */
  snapshot(): Snapshot<State>;
  restore(snapshot: Snapshot<State>): void;
  close(): Promise<void>;
}

/** Starts Discord: its REST API for the bot, and its clients as functions. A restart with the same file continues from it. */
export async function startDiscord(options: {
  port: number;
  /** Absent: kept only in memory. */
  stateFile?: string;
  clock: Clock;
  interactionsUrl: string;
  record?: (exchange: Exchange) => void;
  serve?: Serve;
}): Promise<DiscordSimulator> {
  const { serve = serveOnLoopback } = options;
  const store = openStore(options.stateFile, options.clock);
  const app = new Hono().route("/api/v10", discordApi(store)).route("/", cdn(store));
  const server = await serve((request) => app.fetch(request), {
    port: options.port,
    service: ({ pathname }) => (pathname.startsWith("/api/") ? "discord" : undefined),
    ...(options.record ? { record: options.record } : {}),
  });
  store.origin = server.url;
  const simulator: DiscordSimulator = {
    url: `${server.url}/api`,
    publicKey: store.state.publicKey,
    applicationId,
    get botToken() {
      return store.state.botToken;
    },
    resetToken() {
      store.state.botToken = `${btoa(applicationId)}.local.${store.nextId()}`;
      store.save();
      return store.state.botToken;
    },
    guildId,
    adminChannelId,
    people,
    interactionsUrl: options.interactionsUrl,
    interact: (person, action, how) => interact(store, simulator.interactionsUrl, person, action, how),
    deliver: (body, how) => deliver(store, simulator.interactionsUrl, body, how),
    channelsFor: (userId) => channelsOf(store, userId),
    messagesFor: (userId, channelId) => messagesOf(store, userId, channelId),
    commandsFor: (userId, showAllCommands = false) => commandsOf(store, userId, showAllCommands),
    get faults() {
      return store.state.faults;
    },
    setFaults: (change) => setFaults(store, change),
    onChange: store.onChange,
    snapshot: () => snapshotOf(store.state),
    restore(snapshot) {
      putBack(store.state, snapshot);
      store.save();
    },
    close: () => server.close(),
  };
  return simulator;
}

const channelsOf = ({ state }: Store, userId: string): Channel[] =>
  state.channels.filter((channel) => canSee(userId, channel));

function messagesOf(store: Store, userId: string, channelId: string | undefined): Message[] {
  const seen = new Set(channelsOf(store, userId).map(({ id }) => id));
  return store.state.messages
    .filter(({ message, onlyTo }) => seen.has(message.channel_id) && (onlyTo ?? userId) === userId)
    .filter(({ message }) => channelId === undefined || message.channel_id === channelId)
    .map(({ message }) => structuredClone(message));
}

function commandsOf({ state }: Store, userId: string, showAllCommands: boolean): Command[] {
  const person = personById(userId);
  return state.commands.filter((command) => showAllCommands || (person && isShown(command, person)));
}

/** The settings that let the bot talk to this simulator; its token is in the vault. */
export const botEnvironment = (simulator: DiscordSimulator): Record<string, string> => ({
  DISCORD_API_URL: simulator.url,
  DISCORD_FILE_ORIGINS: new URL(simulator.url).origin,
  DISCORD_PUBLIC_KEY: simulator.publicKey,
  DISCORD_APPLICATION_ID: simulator.applicationId,
  DISCORD_GUILD_ID: simulator.guildId,
  DISCORD_ADMIN_CHANNEL_ID: simulator.adminChannelId,
});
