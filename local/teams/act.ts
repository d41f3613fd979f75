import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Activity, activityFrom, type Origin, withMentions } from "./activity.ts";
import { type Action, actionsOf, fallbackOf, fill } from "./card.ts";
import type { Conversation } from "./conversation.ts";
import { type DeliverOptions, type Delivery, deliver } from "./deliver.ts";
import { type Attached, upload } from "./files.ts";
import type { Issuer } from "./issuer.ts";
import { adaptiveCard, append, conversationsOf, seenBy } from "./messages.ts";
import { botIdOf, type Person, personalChatId, team } from "./people.ts";
import { forwarding, quoting } from "./quote.ts";
import type { Store } from "./store.ts";

export interface How extends DeliverOptions {
  /** Merged into the activity before it is sent. */
  readonly activity?: Readonly<Record<string, unknown>>;
}

export interface Place {
  /** A conversation's id; absent: the 1:1 chat with the bot. */
  readonly conversation?: string;
  /** In a channel: the post to reply to; absent: a new post. */
  readonly thread?: string;
  /** Sent with the message, in a 1:1 chat. */
  readonly file?: Attached;
  /** The id of a message that they see and quote in this reply. */
  readonly quotes?: string;
  /** The id of a message that they see and forward. */
  readonly forwards?: string;
}

export interface Press extends How {
  /** Values by the ids of the card's inputs. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Acts like an old client: uses the button's Action.Submit instead of its Action.Execute. */
  readonly submit?: boolean;
  /** Sent instead of the button's own data. */
  readonly data?: unknown;
}

/** What the person sees happen. */
export type Outcome =
  /** The bot accepted it; its answers come as messages. */
  | { readonly kind: "sent"; readonly messageId?: string; readonly sent: Activity }
  /** It is in the conversation, but not addressed to the bot. */
  | { readonly kind: "posted"; readonly messageId: string }
  /** A press answered by a card that replaces the pressed one. */
  | { readonly kind: "card"; readonly card: Record<string, unknown>; readonly sent: Activity }
  /** A press answered by a notice that disappears. */
  | { readonly kind: "notice"; readonly text: string; readonly sent: Activity }
  /** "Something went wrong": late, an HTTP error, or an answer that says so. */
  | { readonly kind: "failed"; readonly reason: string; readonly status?: number; readonly sent: Activity }
  /** The client refuses; nothing was sent. */
  | { readonly kind: "refused"; readonly reason: string };

export interface Client {
  readonly store: Store;
  readonly issuer: Issuer;
  readonly origin: Origin;
  /** The bot's endpoint. */
  readonly url: string;
}

const refuse = (reason: string): Outcome => ({ kind: "refused", reason });

/**
 * A person writes. `@OpenClaw` and `@Max Member` are mentions; in a group, a line that starts with `/` is a targeted message
 * to the bot, chosen in the menu; the bot sees the words after its name.
 */
export async function send(
  client: Client,
  person: Person,
  line: string,
  place: Place = {},
  how: How = {},
): Promise<Outcome> {
  const { store, origin } = client;
  const conversation = conversationFor(store, person, place.conversation);
  if (!conversation) return refuse("You are not in this conversation.");
  const isGroup = conversation.type !== "personal";
  if (isGroup && place.file) return refuse("Files reach the bot only in a 1:1 chat.");
  const isSlash = isGroup && line.startsWith("/");
  if (isSlash && store.state.faults.noTargeting) return refuse("This client has no slash commands.");
  const typed = isSlash ? withoutName(line.slice(1), origin.botName) : line;
  const { text, wire, entities, isBotMentioned } = withMentions(typed, conversation.members, origin);
  const other = seenBy(store, person.id).find(({ id: seen }) => seen === (place.quotes ?? place.forwards));
  if ((place.quotes ?? place.forwards) !== undefined && !other)
    return refuse("This message no longer exists.");
  const carried = other ? (place.quotes === undefined ? forwarding : quoting)(other, wire) : { text: wire };
  const id = store.nextId();
  const attachments = place.file ? [upload(store, new URL(origin.serviceUrl).origin, place.file)] : [];
  append(store, {
    id,
    conversationId: conversation.id,
    ...(conversation.type === "channel" && place.thread ? { rootId: place.thread } : {}),
    from: person.id,
    at: store.clock.now().toISOString(),
    content: { type: "message", text: isSlash ? line : text, entities, attachments },
    ...(isSlash ? { onlyTo: botIdOf(origin.appId) } : {}),
  });
  if (isGroup && !isSlash && !isBotMentioned) return { kind: "posted", messageId: id };
  const sentAlong = [...attachments, ...(carried.attachments ?? [])];
  const about = {
    type: "message",
    id,
    text: carried.text,
    textFormat: "plain",
    entities: [
      ...entities,
      ...(carried.entities ?? []),
      { type: "clientInfo", locale: "en-US", country: "GB", platform: "Web" },
    ],
    ...(sentAlong.length > 0 ? { attachments: sentAlong } : {}),
    ...(isSlash ? { recipient: { id: botIdOf(origin.appId), name: origin.botName, isTargeted: true } } : {}),
    ...how.activity,
  };
  const rootId = conversation.type === "channel" ? (place.thread ?? id) : undefined;
  const sent = activityFrom(origin, person, conversation, store.clock.now(), about, rootId);
  const outcome = await answered(client, sent, how);
  return outcome.kind === "sent" ? { ...outcome, messageId: id } : outcome;
}

const withoutName = (line: string, name: string): string =>
  line.toLowerCase().startsWith(`${name.toLowerCase()} `) ? line.slice(name.length).trimStart() : line;

/** A person presses the button with this label on a message that they see. */
export async function press(
  client: Client,
  person: Person,
  messageId: string,
  label: string,
  how: Press = {},
): Promise<Outcome> {
  const { store, origin } = client;
  const message = seenBy(store, person.id).find(({ id }) => id === messageId);
  const conversation = conversationFor(store, person, message?.conversationId);
  if (!message || !conversation) return refuse("This message no longer exists.");
  const card = message.attachments.find(({ contentType }) => contentType === adaptiveCard)?.content;
  const shown = actionsOf(card).find(({ title }) => title === label);
  const chosen = how.submit && shown?.type === "Action.Execute" ? fallbackOf(shown) : shown;
  if (!chosen) return refuse(`There is no button “${label}”.`);
  const filled = fill(card, how.inputs ?? {});
  if ("refusal" in filled) return refuse(filled.refusal);
  const own = how.data ?? chosen.data;
  const data = typeof own === "object" || own === undefined ? { ...own, ...filled.data } : own;
  const about =
    chosen.type === "Action.Submit"
      ? { type: "message", id: store.nextId(), value: data }
      : {
          type: "invoke",
          id: `f:${randomUUID()}`,
          name: "adaptiveCard/action",
          value: invokeValue(chosen, data),
        };
  store.save();
  const sent = activityFrom(
    origin,
    person,
    conversation,
    store.clock.now(),
    { ...about, replyToId: messageId, ...how.activity },
    conversation.type === "channel" ? (message.rootId ?? message.id) : undefined,
  );
  const outcome = await answered(client, sent, how);
  if (outcome.kind === "card") {
    const pressed = store.state.messages.find(({ id }) => id === messageId);
    // The bot may have deleted it, or edited it, while it answered.
    if (pressed) pressed.views = { ...pressed.views, [person.id]: outcome.card };
    store.save();
  }
  return outcome;
}

const invokeValue = ({ type, id, title, verb }: Action, data: unknown) => ({
  action: { type, ...(id === undefined ? {} : { id }), title, verb: verb ?? "", data },
  trigger: "manual",
});

/** Adds the app to a place or removes it: a conversation's id, the team's id; absent: the person's own chat. */
export async function install(
  client: Client,
  person: Person,
  action: "add" | "remove",
  place?: string,
  how: How = {},
): Promise<Outcome> {
  const { store, origin } = client;
  const conversation = conversationFor(store, person, place === team.id ? undefined : place, place);
  if (!conversation) return refuse("You are not in this conversation.");
  const others = store.state.installed.filter((app) => app !== conversation.app);
  store.state.installed = action === "add" ? [...others, conversation.app] : others;
  store.save();
  const bot = { id: botIdOf(origin.appId), name: origin.botName };
  const activity = (about: Record<string, unknown> & { type: string }) =>
    activityFrom(origin, person, conversation, store.clock.now(), {
      id: `f:${randomUUID()}`,
      ...about,
      ...how.activity,
    });
  const updated = activity({ type: "installationUpdate", action });
  if (action === "remove") return answered(client, updated, how);
  const joined = await answered(client, activity({ type: "conversationUpdate", membersAdded: [bot] }), how);
  return joined.kind === "sent" ? answered(client, updated, how) : joined;
}

function conversationFor(
  store: Store,
  person: Person,
  id: string | undefined,
  fallback = personalChatId(person),
): Conversation | undefined {
  return conversationsOf(store, person.id).find((one) => one.id === (id ?? fallback));
}

/** Sends an activity, possibly one sent before, and reads the answer as the client does. */
export async function answered(client: Client, sent: Activity, how: DeliverOptions = {}): Promise<Outcome> {
  try {
    return read(await deliver(client.issuer, client.url, sent, how), sent);
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    return { kind: "failed", reason: late ? "The bot did not answer in time." : String(error), sent };
  }
}

const invokeAnswer = z.discriminatedUnion("type", [
  z.strictObject({
    statusCode: z.literal(200),
    type: z.literal(adaptiveCard),
    value: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({
    statusCode: z.literal(200),
    type: z.literal("application/vnd.microsoft.activity.message"),
    value: z.string().min(1),
  }),
  z.strictObject({
    statusCode: z.literal([400, 500]),
    type: z.literal("application/vnd.microsoft.error"),
    value: z.object({ code: z.string(), message: z.string() }),
  }),
  z.strictObject({
    statusCode: z.literal(412),
    type: z.literal("application/vnd.microsoft.error.preconditionFailed"),
    value: z.object({ code: z.string(), message: z.string() }),
  }),
]);

/** "Universal Action Model: response format" (Microsoft Learn, 2026): always HTTP 200, with the status inside. */
function read({ status, body }: Delivery, sent: Activity): Outcome {
  if (sent.type !== "invoke")
    return status >= 200 && status < 300
      ? { kind: "sent", sent }
      : { kind: "failed", reason: `The bot answered HTTP ${status}.`, status, sent };
  if (status !== 200) return { kind: "failed", reason: `The bot answered HTTP ${status}.`, status, sent };
  const { data, error } = invokeAnswer.safeParse(body);
  if (!data)
    return { kind: "failed", reason: `The answer is invalid: ${z.prettifyError(error)}`, status, sent };
  if (data.type === adaptiveCard) return { kind: "card", card: data.value, sent };
  if (typeof data.value === "string") return { kind: "notice", text: data.value, sent };
  return { kind: "failed", reason: String(data.value["message"]), status: data.statusCode, sent };
}
