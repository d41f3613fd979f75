import { Hono } from "hono";
import type { Clock } from "../../bot/core/clock.ts";
import { type Serve, type Server, serve as serveOnLoopback } from "../serve.ts";
import { putBack, type Snapshot, snapshotOf } from "../snapshot.ts";
import type { Exchange, Service } from "../traffic.ts";
import {
  answered,
  type Client,
  type How,
  install,
  type Outcome,
  type Place,
  type Press,
  press,
  send,
} from "./act.ts";
import type { Activity } from "./activity.ts";
import { connectorRoutes } from "./connector.ts";
import type { Conversation } from "./conversation.ts";
import type { DeliverOptions } from "./deliver.ts";
import { setFaults } from "./faults.ts";
import { drive } from "./files.ts";
import { type Issuer, openIdRoutes, tokenFor } from "./issuer.ts";
import { conversationsOf, type SeenMessage, seenBy } from "./messages.ts";
import {
  adminChannelId,
  generalChannelId,
  groupChatId,
  type Person,
  people,
  personalChatId,
} from "./people.ts";
import { type Faults, openStore, type State, type Store } from "./store.ts";

export interface TeamsSimulator {
  readonly url: string;
  /** The `serviceUrl` of activities, with a trailing slash. */
  readonly serviceUrl: string;
  readonly appId: string;
  readonly tenantId: string;
  readonly botName: string;
  readonly people: typeof people;
  readonly places: {
    readonly general: string;
    readonly admins: string;
    readonly group: string;
    personal(person: Person): string;
  };
  /** Where to post activities; can be set once the bot's port is known. */
  messagesUrl: string;
  /** A person writes, by default in their 1:1 chat; see `act.ts`. */
  send(person: Person, text: string, place?: Place, how?: How): Promise<Outcome>;
  /** A person presses the button with this label. */
  press(person: Person, messageId: string, label: string, how?: Press): Promise<Outcome>;
  /** A person adds the app to a place, or removes it; absent: their own chat. */
  install(person: Person, action: "add" | "remove", place?: string, how?: How): Promise<Outcome>;
  /** Posts any activity, such as one sent before. */
  deliver(activity: Activity, options?: DeliverOptions): Promise<Outcome>;
  /** A Teams token for the bot, for a caller from this connector address. */
  tokenFor(serviceUrl: string): Promise<string>;
  conversationsFor(personId: string): Conversation[];
  /** All messages that this person sees, oldest first; targeted ones only if meant for them. */
  messagesFor(personId: string, conversationId?: string): SeenMessage[];
  /** Whether a conversation shows the bot as typing: from its typing activity until its next message. */
  isTyping(conversationId: string): boolean;
  readonly faults: Faults;
  setFaults(change: Partial<Faults> | undefined): void;
  /** Calls back after every change; returns a function that stops it. */
  onChange(listener: () => void): () => void;
  /** The current state, for `restore`. */
  snapshot(): Snapshot<State>;
  restore(snapshot: Snapshot<State>): void;
  close(): Promise<void>;
}

interface TeamsOptions {
  /** 0 picks the last port, if it is free, because bots keep the address that they were called from. */
  readonly port: number;
  /** Absent: kept only in memory. */
  readonly stateFile?: string;
  readonly clock: Clock;
  readonly messagesUrl: string;
  readonly tenantId: string;
  /** The bot's app id: the client id of its identity. */
  readonly appId: string;
  /** The bot's name, as people see and mention it. */
  readonly botName?: string;
  /** For issuing tokens, because botbuilder checks them with the machine's clock. */
  readonly tokenClock?: Clock;
  readonly record?: (exchange: Exchange) => void;
  readonly serve?: Serve;
}

/**
 * Starts Teams: the Bot Connector and the OpenID issuer for the bot, and the clients as functions. A restart with the same
 * file continues from it. README.md says what it doesn't do.
 */
export async function startTeams(options: TeamsOptions): Promise<TeamsSimulator> {
  const { appId, tenantId, clock, tokenClock = { now: () => new Date() }, botName = "OpenClaw" } = options;
  const store = await openStore(options.stateFile, clock, botName);
  const address = { url: "" };
  const issuer: Issuer = {
    get name() {
      return address.url;
    },
    appId,
    keys: store.state.keys,
    now: tokenClock.now,
  };
  const app = new Hono()
    .route("/teams/v3", connectorRoutes(store, { appId, tenantId }))
    .route("/files", drive(store))
    .route(
      "/v1/.well-known",
      openIdRoutes(issuer, () => address.url),
    );
  const server = await listen(options, store, app);
  store.state.port = server.port;
  store.save();
  address.url = server.url;
  return simulatorOf(store, issuer, { ...options, botName }, server);
}

/** The last port, if it is free and no other is requested. */
function listen(options: TeamsOptions, store: Store, app: Hono): Promise<Server> {
  const { serve = serveOnLoopback, record } = options;
  const at = (port: number) =>
    serve((request) => app.fetch(request), { port, service: serviceOf, ...(record ? { record } : {}) });
  return at(options.port || store.state.port).catch((error: unknown) => {
    if (options.port !== 0 || store.state.port === 0) throw error;
    return at(0);
  });
}

/** For the traffic log; undefined: not a vendor's service. */
const serviceOf = ({ pathname }: URL): Service | undefined =>
  pathname.startsWith("/teams/") ? "botconnector" : pathname.startsWith("/files/") ? undefined : "identity";

function simulatorOf(
  store: Store,
  issuer: Issuer,
  { appId, tenantId, botName, messagesUrl }: TeamsOptions & { readonly botName: string },
  server: Server,
): TeamsSimulator {
  const serviceUrl = `${server.url}/teams/`;
  const client = (): Client => ({
    store,
    issuer,
    origin: { appId, tenantId, serviceUrl, botName },
    url: simulator.messagesUrl,
  });
  const simulator: TeamsSimulator = {
    url: server.url,
    serviceUrl,
    appId,
    tenantId,
    botName,
    people,
    places: {
      general: generalChannelId,
      admins: adminChannelId,
      group: groupChatId,
      personal: personalChatId,
    },
    messagesUrl,
    send: (person, text, place, how) => send(client(), person, text, place, how),
    press: (person, messageId, label, how) => press(client(), person, messageId, label, how),
    install: (person, action, place, how) => install(client(), person, action, place, how),
    deliver: (activity, how) => answered(client(), activity, how),
    tokenFor: async (calling) => (await tokenFor(issuer, calling)) ?? "",
    conversationsFor: (personId) => conversationsOf(store, personId),
    messagesFor: (personId, conversationId) => seenBy(store, personId, conversationId),
    isTyping: (conversationId) => store.typing.has(conversationId),
    get faults() {
      return store.state.faults;
    },
    setFaults: (change) => setFaults(store, change),
    onChange: store.onChange,
    snapshot: () => snapshotOf(store.state),
    restore(snapshot) {
      putBack(store.state, snapshot);
      // Typing indicators don't survive a restore.
      store.typing.clear();
      store.save();
    },
    close: server.close,
  };
  return simulator;
}

/** The settings that let the bot talk to this simulator. */
export const botEnvironment = (simulator: TeamsSimulator) => ({
  MicrosoftAppId: simulator.appId,
  MicrosoftAppType: "UserAssignedMSI",
  MicrosoftAppTenantId: simulator.tenantId,
  TEAMS_ADMIN_CONVERSATION: simulator.places.admins,
  TEAMS_FILE_ORIGINS: simulator.url,
  TEAMS_SERVICE_URL: simulator.serviceUrl,
  BOT_OPENID_METADATA_URL: `${simulator.url}/v1/.well-known/openidconfiguration`,
  BOT_TOKEN_ISSUER: simulator.url,
  BOT_LOGIN_URL: `${simulator.url}/${simulator.tenantId}`,
});
