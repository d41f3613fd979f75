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
  /** What activities carry as `serviceUrl`, with a trailing slash. */
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
  /** Where activities are posted; may be set once the bot's port is known. */
  messagesUrl: string;
  /** A person writes, by default in their 1:1 chat; see `act.ts`. */
  send(person: Person, text: string, place?: Place, how?: How): Promise<Outcome>;
  /** A person presses the button with this label. */
  press(person: Person, messageId: string, label: string, how?: Press): Promise<Outcome>;
  /** A person adds the app to a place, or removes it; absent: to their own chat. */
  install(person: Person, action: "add" | "remove", place?: string, how?: How): Promise<Outcome>;
  /** Posts any activity, e.g. one that was sent before. */
  deliver(activity: Activity, options?: DeliverOptions): Promise<Outcome>;
  /** A token of Teams for the bot, for whoever calls it from this address of a connector. */
  tokenFor(serviceUrl: string): Promise<string>;
  conversationsFor(personId: string): Conversation[];
  /** All messages that this person sees, oldest first; targeted ones only if they are meant. */
  messagesFor(personId: string, conversationId?: string): SeenMessage[];
  /** Whether a conversation shows that the bot is typing: from when it says so until it has written. */
  isTyping(conversationId: string): boolean;
  readonly faults: Faults;
  setFaults(change: Partial<Faults> | undefined): void;
  /** Called after every change; returns the way to stop it. */
  onChange(listener: () => void): () => void;
  /** All that it holds now, for `restore`. */
  snapshot(): Snapshot<State>;
  restore(snapshot: Snapshot<State>): void;
  close(): Promise<void>;
}

interface TeamsOptions {
  /** 0 takes the one of last time, if it is free: bots keep the address that they were called from. */
  readonly port: number;
  /** Absent: it is kept in memory only. */
  readonly stateFile?: string;
  readonly clock: Clock;
  readonly messagesUrl: string;
  readonly tenantId: string;
  /** The bot's app id: the client id of its identity. */
  readonly appId: string;
  /** As people see it, and mention it. */
  readonly botName?: string;
  /** By which tokens are issued: botbuilder checks them by the machine's. */
  readonly tokenClock?: Clock;
  readonly record?: (exchange: Exchange) => void;
  readonly serve?: Serve;
}

/**
 * Starts Teams: the Bot Connector and the OpenID issuer for the bot, and the clients as functions. A restart with the same
 * file finds everything. README.md says what it does not do.
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

/** Where it listened the last time, if that is free and no other port is wanted. */
function listen(options: TeamsOptions, store: Store, app: Hono): Promise<Server> {
  const { serve = serveOnLoopback, record } = options;
  const at = (port: number) =>
    serve((request) => app.fetch(request), { port, service: serviceOf, ...(record ? { record } : {}) });
  return at(options.port || store.state.port).catch((error: unknown) => {
    if (options.port !== 0 || store.state.port === 0) throw error;
    return at(0);
  });
}

/** For the traffic log; undefined: no vendor's. */
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
      // Who was typing then is not now.
      store.typing.clear();
      store.save();
    },
    close: server.close,
  };
  return simulator;
}

/** The settings with which the bot talks to this simulator. */
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
