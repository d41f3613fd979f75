import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { z } from "zod";
import {
  deleteCommand,
  listCommands,
  patchCommand,
  putCommands,
  requireCommand,
  upsertCommand,
} from "./commands.ts";
import {
  DiscordError,
  invalidRecipient,
  invalidWebhookToken,
  missingAccess,
  notFound,
  parse,
  unauthorized,
  unknownMember,
  unknownUser,
  unknownWebhook,
} from "./errors.ts";
import { faultFor, tooMany } from "./faults.ts";
import { limits, type Standing } from "./limits.ts";
import {
  answerMessage,
  createMessage,
  deleteMessage,
  editMessage,
  findMessage,
  requireBotChannel,
  requireMessage,
} from "./messages.ts";
import { applicationId, botUser, guildId, memberOf, personById, userOf } from "./people.ts";
import { addThreadMember, channelOf, createThread, directChannel, guildOf, threadMember } from "./places.ts";
import type { Interaction, Store, StoredMessage } from "./store.ts";

/** An interaction's token works for 15 minutes ("Receiving and Responding", 2026-01); in milliseconds. */
const tokenLife = 15 * 60_000;

/** The parts of Discord's REST API v10 that a bot without a gateway uses. */
export function discordApi(store: Store): Hono {
  const api = new Hono({ strict: false });
  const standingOf = limits(store.clock);
  const standings = new WeakMap<Request, Standing>();
  api.use(async (context, next) => {
    const fault = await faultFor(store);
    if (fault.instead) return answer(fault.instead);
    const standing = standingOf(context.req.method, context.req.path);
    standings.set(context.req.raw, standing);
    const { refused } = standing;
    if (refused && store.state.faults.strict)
      return answer(tooMany(refused.retryAfter, refused.global, headersFrom(standing)));
    if (
      !context.req.path.includes("/webhooks/") &&
      context.req.header("authorization") !== `Bot ${store.state.botToken}`
    ) {
      throw unauthorized();
    }
    await next();
    if (fault.after) context.res = answer(fault.after);
    for (const [name, value] of Object.entries(headersOf(standing, store)))
      context.res.headers.set(name, value);
    return undefined;
  });
  api.onError((error, context) => {
    if (!(error instanceof DiscordError)) throw error;
    return context.json(error.body, error.status as 400, headersOf(standings.get(context.req.raw), store));
  });
  api.notFound(() => {
    throw notFound();
  });
  users(api, store);
  commands(api.basePath("/applications/:application/guilds/:guild/commands"), store);
  channels(api, store);
  webhooks(api, store);
  return api;
}

function users(api: Hono, store: Store): void {
  api.get("/users/@me", (c) =>
    c.json({ ...userOf(botUser.id), mfa_enabled: false, locale: "en-US", verified: true, email: null }),
  );
  api.get("/users/:user", (c) => c.json(userOf(requirePerson(c.req.param("user")).id)));
  api.post("/users/@me/channels", async (c) => {
    const { recipient_id: recipient } = parse(z.object({ recipient_id: z.string() }), await bodyOf(c));
    const channel = directChannel(store, recipient);
    if (!channel) throw invalidRecipient();
    return c.json(channelOf(store, channel));
  });
  api.get("/guilds/:guild", (c) => c.json(guildOf(ours(c.req.param("guild"), guildId))));
  api.get("/guilds/:guild/members/:user", (c) => {
    ours(c.req.param("guild"), guildId);
    const id = c.req.param("user");
    const person = id === botUser.id ? { admin: false } : requirePerson(id);
    if (store.state.faults.left.includes(id)) throw unknownMember();
    return c.json({ ...memberOf(person), user: userOf(id), mute: false, deaf: false });
  });
  api.get("/guilds/:guild/threads/active", (c) => {
    ours(c.req.param("guild"), guildId);
    const threads = store.state.channels
      .filter(({ type }) => type === 12)
      .map((one) => channelOf(store, one));
    return c.json({ threads, members: [], has_more: false });
  });
}

function commands(api: Hono, store: Store): void {
  api.use(async (c, next) => {
    ours(c.req.param("application"), applicationId);
    ours(c.req.param("guild"), guildId);
    await next();
  });
  api.get("/", (c) => c.json(listCommands(store)));
  api.put("/", async (c) => c.json(putCommands(store, await bodyOf(c))));
  api.post("/", async (c) => {
    const { command, created } = upsertCommand(store, await bodyOf(c));
    return c.json(command, created ? 201 : 200);
  });
  api.get("/:id", (c) => c.json(requireCommand(store, c.req.param("id"))));
  api.patch("/:id", async (c) => c.json(patchCommand(store, c.req.param("id"), await bodyOf(c))));
  api.delete("/:id", (c) => {
    deleteCommand(store, c.req.param("id"));
    return c.body(null, 204);
  });
}

function channels(api: Hono, store: Store): void {
  api.get("/channels/:channel", (c) =>
    c.json(channelOf(store, requireBotChannel(store, c.req.param("channel")))),
  );
  api.get("/channels/:channel/messages", (c) => {
    const { id } = requireBotChannel(store, c.req.param("channel"));
    const { limit, before, after } = parse(paging, c.req.query());
    const inRange = store.state.messages
      .filter(({ message, onlyTo }) => message.channel_id === id && onlyTo === undefined)
      .map(({ message }) => message)
      .filter((message) => before === undefined || BigInt(message.id) < BigInt(before))
      .filter((message) => after === undefined || BigInt(message.id) > BigInt(after));
    // Newest first; `after` starts at the oldest.
    return c.json((after === undefined ? inRange.slice(-limit) : inRange.slice(0, limit)).reverse());
  });
  api.post("/channels/:channel/messages", async (c) =>
    c.json(createMessage(store, c.req.param("channel"), await bodyOf(c))),
  );
  api.get("/channels/:channel/messages/:message", (c) => c.json(theMessage(store, c).message));
  api.patch("/channels/:channel/messages/:message", async (c) =>
    c.json(editMessage(store, theMessage(store, c), await bodyOf(c))),
  );
  api.delete("/channels/:channel/messages/:message", (c) => {
    deleteMessage(store, theMessage(store, c));
    return c.body(null, 204);
  });
  api.post("/channels/:channel/threads", async (c) => {
    const thread = createThread(store, requireBotChannel(store, c.req.param("channel")), await bodyOf(c));
    return c.json(channelOf(store, thread), 201);
  });
  api.get("/channels/:channel/thread-members/:user", (c) =>
    c.json(threadMember(requireBotChannel(store, c.req.param("channel")), c.req.param("user"))),
  );
  api.put("/channels/:channel/thread-members/:user", (c) => {
    addThreadMember(
      store,
      requireBotChannel(store, c.req.param("channel")),
      requirePerson(c.req.param("user")).id,
    );
    return c.body(null, 204);
  });
}

const snowflake = z.string().regex(/^\d{1,20}$/);
const paging = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: snowflake.optional(),
  after: snowflake.optional(),
});

function webhooks(api: Hono, store: Store): void {
  api.post("/webhooks/:application/:token", async (c) => {
    const interaction = requireInteraction(store, c);
    const original = interaction.originalId ? findMessage(store, interaction.originalId) : undefined;
    const body = await bodyOf(c);
    // The first follow-up replaces a deferred answer, and keeps its visibility.
    if (original && (original.message.flags & 128) !== 0) return c.json(editMessage(store, original, body));
    return c.json(answerMessage(store, interaction, body).message);
  });
  const path = "/webhooks/:application/:token/messages/:message";
  api.get(path, (c) => c.json(webhookMessage(store, c).message));
  api.patch(path, async (c) => c.json(editMessage(store, webhookMessage(store, c), await bodyOf(c))));
  api.delete(path, (c) => {
    deleteMessage(store, webhookMessage(store, c));
    return c.body(null, 204);
  });
}

function webhookMessage(store: Store, c: Context): StoredMessage {
  const interaction = requireInteraction(store, c);
  const named = c.req.param("message") ?? "";
  const id = named === "@original" ? interaction.originalId : named;
  const stored = id === undefined ? undefined : findMessage(store, id);
  if (!stored || stored.message.channel_id !== interaction.channelId)
    throw new DiscordError(404, 10008, "Unknown Message");
  return stored;
}

function requireInteraction(store: Store, c: Context): Interaction {
  const found = store.state.interactions.find(({ token }) => token === c.req.param("token"));
  if (c.req.param("application") !== applicationId) throw unknownWebhook();
  if (!found || store.clock.now().getTime() - Date.parse(found.at) > tokenLife) throw invalidWebhookToken();
  // Before the interaction is answered, its token has no messages.
  if (!found.originalId) throw unknownWebhook();
  return found;
}

const theMessage = (store: Store, c: Context) =>
  requireMessage(store, c.req.param("channel") ?? "", c.req.param("message") ?? "");

function requirePerson(id: string) {
  const person = personById(id);
  if (!person) throw unknownUser();
  return person;
}

function ours(given: string | undefined, expected: string): string {
  if (given !== expected) throw missingAccess();
  return expected;
}

async function bodyOf(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw new DiscordError(400, 50109, "The request body contains invalid JSON.");
  }
}

function answer(given: { status: number; body: unknown; headers?: Record<string, string> }): Response {
  return Response.json(given.body, { status: given.status, headers: given.headers ?? {} });
}

/** Real header names; if limits aren't enforced, with values that nobody reaches. */
function headersOf(standing: Standing | undefined, { state }: Store): Record<string, string> {
  if (!standing) return {};
  const wide = { limit: { ...standing.limit, calls: 50 }, remaining: 49, resetAfter: 1 };
  return headersFrom(state.faults.strict ? standing : wide);
}

function headersFrom({ limit, remaining, resetAfter }: Standing): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit.calls),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 1),
    "x-ratelimit-reset-after": String(resetAfter),
    "x-ratelimit-bucket": createHash("sha256")
      .update(limit.bucket.replace(/\d{5,}/, ""))
      .digest("hex")
      .slice(0, 32),
  };
}
