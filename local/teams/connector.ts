import { type Context, Hono } from "hono";
import { decodeJwt } from "jose";
import { z } from "zod";
import { type BotActivity, botActivity } from "./activity.ts";
import type { Conversation } from "./conversation.ts";
import {
  badArgument,
  ConnectorError,
  noConversation,
  noMember,
  refused,
  tooBig,
  unauthorized,
} from "./errors.ts";
import { faultFor } from "./faults.ts";
import {
  addMessage,
  deleteMessage,
  editMessage,
  openConversation,
  ownMessage,
  splitId,
  theMessage,
} from "./messages.ts";
import { findPerson, type Person, personalChatId } from "./people.ts";
import type { Store } from "./store.ts";

/** The largest message from a bot is 28 KB ("Format your bot messages", Microsoft Learn, 2026); bytes. */
const sizeLimit = 28 * 1024;

export interface Ours {
  readonly appId: string;
  readonly tenantId: string;
}

/** The parts of the Bot Connector's REST API v3 that a bot in Teams uses. */
export function connectorRoutes(store: Store, ours: Ours): Hono {
  const api = new Hono();
  api.use(async (c, next) => {
    const fault = await faultFor(store);
    if (fault.instead) throw fault.instead;
    if (!isFromBot(c.req.header("authorization"), ours.appId)) throw unauthorized();
    await next();
    if (fault.after) c.res = answer(fault.after);
  });
  api.onError((error) => {
    if (error instanceof ConnectorError) return answer(error);
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      return answer(badArgument(error.message));
    throw error;
  });
  api.notFound(() => answer(new ConnectorError(404, "ServiceError", "The connector has no such path.")));

  api.post("/conversations", async (c) => {
    return c.json(create(store, ours, newConversation.parse(await c.req.json())), 201);
  });
  const activities = "/conversations/:conversation/activities";
  api.post(activities, async (c) => c.json(say(store, ours, c, await bodyOf(c)), 201));
  api.post(`${activities}/:activity`, async (c) => c.json(say(store, ours, c, await bodyOf(c)), 201));
  api.put(`${activities}/:activity`, async (c) => {
    const message = own(store, ours, c);
    editMessage(store, message, await bodyOf(c));
    return c.json({ id: message.id });
  });
  api.delete(`${activities}/:activity`, (c) => {
    deleteMessage(store, own(store, ours, c));
    return c.body(null, 200);
  });
  api.get("/conversations/:conversation/members", (c) => c.json(membersOf(store, ours, c)));
  api.get("/conversations/:conversation/pagedmembers", (c) => c.json({ members: membersOf(store, ours, c) }));
  api.get("/conversations/:conversation/members/:member", (c) => {
    const { members } = openConversation(store, c.req.param("conversation"));
    const person = findPerson(c.req.param("member"));
    if (!person || !members.includes(person.id)) throw noMember();
    return c.json(memberOf(person, ours.tenantId));
  });
  return api;
}

/**
 * Whether the token is for the connector and from this bot. Its signature isn't checked, because another simulator signs
 * for the bot's identity.
 */
function isFromBot(authorization: string | undefined, appId: string): boolean {
  try {
    const claims = decodeJwt(/^Bearer (\S+)$/.exec(authorization ?? "")?.[1] ?? "");
    return claims.aud === "https://api.botframework.com" && (claims["appid"] ?? claims["azp"]) === appId;
  } catch {
    return false;
  }
}

const newConversation = z.object({
  isGroup: z.boolean().default(false),
  members: z.array(z.looseObject({ id: z.string() })).default([]),
  tenantId: z.string().optional(),
  channelData: z
    .looseObject({
      tenant: z.looseObject({ id: z.string() }).optional(),
      channel: z.looseObject({ id: z.string() }).optional(),
    })
    .optional(),
  activity: botActivity.optional(),
});

/** The 1:1 chat with a member, or with `isGroup` a new post in a channel. A bot can't create group chats. */
function create(
  store: Store,
  { appId, tenantId }: Ours,
  asked: z.infer<typeof newConversation>,
): { id: string; activityId?: string } {
  if (asked.isGroup) {
    const channel = asked.channelData?.channel?.id;
    if (channel === undefined || asked.activity === undefined)
      throw badArgument("A group conversation needs a channel and an activity.");
    const conversation = openConversation(store, channel);
    const { id } = addMessage(store, appId, conversation, asked.activity, { targeted: false });
    return { id: `${conversation.id};messageid=${id}`, activityId: id };
  }
  const tenant = asked.tenantId ?? asked.channelData?.tenant?.id;
  const person = findPerson(asked.members[0]?.id ?? "");
  if (tenant !== tenantId) throw badArgument("The tenant is missing or unknown.");
  if (asked.members.length !== 1 || !person) throw badArgument("One member of the tenant is required.");
  // It is enough that the person is in a team that has the app.
  const inTeam = store.state.conversations.some(
    ({ app, members }) => members.includes(person.id) && store.state.installed.includes(app),
  );
  if (!inTeam) throw refused("ForbiddenOperationException");
  const chat = personalChatId(person);
  const blocked = store.state.faults.refused[person.id];
  if (blocked) throw refused(blocked);
  if (!store.state.installed.includes(chat)) {
    store.state.installed.push(chat);
    store.save();
  }
  const conversation = openConversation(store, chat);
  if (asked.activity === undefined) return { id: chat };
  const { id } = addMessage(store, appId, conversation, asked.activity, { targeted: false });
  return { id: chat, activityId: id };
}

/** Sends or replies. In a channel, a reply appears below the post that it answers. */
function say(store: Store, { appId }: Ours, c: Context, activity: BotActivity): { id: string } {
  const { conversation, rootId } = placeOf(store, c);
  const repliedTo = c.req.param("activity");
  // Outside channels there are no threads, so a reply is an ordinary message.
  const answered =
    conversation.type === "channel" && rootId === undefined && repliedTo !== undefined
      ? theMessage(store, conversation, repliedTo)
      : undefined;
  if (activity.type === "typing") {
    store.typing.add(conversation.id);
    return { id: store.nextId() };
  }
  if (activity.type !== "message") throw badArgument(`Unknown activity type: ${activity.type}`);
  const { id } = addMessage(store, appId, conversation, activity, {
    targeted: isTargeted(c),
    rootId: rootId ?? answered?.rootId ?? answered?.id,
  });
  return { id };
}

const own = (store: Store, { appId }: Ours, c: Context) =>
  ownMessage(store, appId, placeOf(store, c).conversation, c.req.param("activity") ?? "", isTargeted(c));

const isTargeted = (c: Context) => c.req.query("isTargetedActivity") === "true";

function placeOf(store: Store, c: Context): { conversation: Conversation; rootId?: string } {
  const named = c.req.param("conversation") ?? "";
  const conversation = openConversation(store, named);
  const { rootId } = splitId(named);
  if (rootId === undefined) return { conversation };
  if (!store.state.messages.some(({ id }) => id === rootId)) throw noConversation();
  return { conversation, rootId };
}

function membersOf(store: Store, { tenantId }: Ours, c: Context) {
  const { members } = openConversation(store, c.req.param("conversation") ?? "");
  return members.flatMap((id) => {
    const person = findPerson(id);
    return person ? [memberOf(person, tenantId)] : [];
  });
}

function memberOf({ id, objectId, name, userPrincipalName, mail }: Person, tenantId: string) {
  const [givenName, surname] = name.split(" ");
  return {
    id,
    name,
    givenName,
    surname,
    objectId,
    aadObjectId: objectId,
    email: mail,
    userPrincipalName,
    tenantId,
    userRole: "user",
  };
}

async function bodyOf(c: Context): Promise<BotActivity> {
  const text = await c.req.text();
  if (Buffer.byteLength(text) > sizeLimit) throw tooBig();
  return botActivity.parse(JSON.parse(text));
}

const answer = ({ status, body, headers }: ConnectorError) => Response.json(body, { status, headers });
