import type { BotActivity } from "./activity.ts";
import type { Conversation } from "./conversation.ts";
import { badArgument, noActivity, noConversation, notAllowed, refused } from "./errors.ts";
import { botIdOf, findPerson } from "./people.ts";
import type { Message, Store } from "./store.ts";

/** Targeted messages disappear after 24 hours ("Send and receive targeted messages", Microsoft Learn, 2026-06-16); ms. */
const targetedLife = 24 * 3_600_000;

/** A message as one person sees it. */
export interface SeenMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly rootId?: string | undefined;
  readonly from: { readonly id: string; readonly name: string };
  readonly at: string;
  readonly editedAt?: string | undefined;
  readonly text?: string | undefined;
  readonly textFormat?: string | undefined;
  readonly attachments: NonNullable<BotActivity["attachments"]>;
  readonly entities: NonNullable<BotActivity["entities"]>;
  /** "Only you can see this message." */
  readonly targeted: boolean;
}

/** A conversation id as sent: in a channel it may include a thread. */
export function splitId(id: string): { id: string; rootId?: string } {
  const [base = "", rootId] = id.split(";messageid=");
  return rootId === undefined ? { id: base } : { id: base, rootId };
}

/** The conversation, if the bot may read and write there. @throws ConnectorError */
export function openConversation(store: Store, id: string): Conversation {
  const conversation = store.state.conversations.find((one) => one.id === splitId(id).id);
  if (!conversation) throw noConversation();
  const { refused: reasons } = store.state.faults;
  const person = conversation.type === "personal" ? conversation.members[0] : undefined;
  const reason = reasons[conversation.id] ?? reasons[person ?? ""] ?? reasons["*"];
  if (reason) throw refused(reason);
  if (!store.state.installed.includes(conversation.app)) throw refused("BotNotInConversationRoster");
  return conversation;
}

export interface Placing {
  readonly targeted: boolean;
  readonly rootId?: string | undefined;
}

/** Adds the bot's message. @throws ConnectorError */
export function addMessage(
  store: Store,
  appId: string,
  conversation: Conversation,
  content: BotActivity,
  { targeted, rootId }: Placing,
): Message {
  if (targeted && store.state.faults.noTargeting) throw badArgument("Targeted messages are not supported.");
  if (targeted && conversation.type === "personal")
    throw badArgument("A one-to-one chat has no targeted messages.");
  const recipient = content.recipient === undefined ? undefined : findPerson(content.recipient.id);
  if (targeted && (!recipient || !conversation.members.includes(recipient.id)))
    throw badArgument("The recipient of a targeted message must be a member of the conversation.");
  if (!content.text && !content.attachments?.length) throw badArgument("Activity has no content.");
  store.typing.delete(conversation.id);
  return append(store, {
    id: store.nextId(),
    conversationId: conversation.id,
    rootId: conversation.type === "channel" ? rootId : undefined,
    from: botIdOf(appId),
    at: store.clock.now().toISOString(),
    content,
    onlyTo: targeted ? recipient?.id : undefined,
  });
}

/** Replaces the bot's message. @throws ConnectorError */
export function editMessage(store: Store, message: Message, content: BotActivity): void {
  if (!content.text && !content.attachments?.length) throw badArgument("Activity has no content.");
  message.content = content;
  message.editedAt = store.clock.now().toISOString();
  delete message.views;
  store.save();
}

export function deleteMessage(store: Store, message: Message): void {
  store.state.messages.splice(store.state.messages.indexOf(message), 1);
  store.save();
}

/** A message that still exists. @throws ConnectorError */
export function theMessage(store: Store, conversation: Conversation, id: string): Message {
  const found = store.state.messages.find((one) => one.id === id && one.conversationId === conversation.id);
  if (!found || isGone(store, found)) throw noActivity();
  return found;
}

/** A message from the bot; the query says whether it is targeted. @throws ConnectorError */
export function ownMessage(
  store: Store,
  appId: string,
  conversation: Conversation,
  id: string,
  targeted: boolean,
): Message {
  const message = theMessage(store, conversation, id);
  if (message.from !== botIdOf(appId)) throw notAllowed();
  if (targeted !== (message.onlyTo !== undefined))
    throw badArgument("The visibility of a message can't be changed.");
  return message;
}

export function append(store: Store, message: Message): Message {
  store.state.messages.push(message);
  store.save();
  return message;
}

const isGone = (store: Store, message: Message) =>
  message.onlyTo !== undefined && store.clock.now().getTime() - Date.parse(message.at) >= targetedLife;

export const conversationsOf = (store: Store, personId: string): Conversation[] =>
  store.state.conversations.filter(({ members }) => members.includes(personId));

/** Everything that a person sees, oldest first. */
export function seenBy(store: Store, personId: string, conversationId?: string): SeenMessage[] {
  const open = new Set(conversationsOf(store, personId).map(({ id }) => id));
  return store.state.messages
    .filter((one) => open.has(one.conversationId) && !isGone(store, one))
    .filter((one) => one.onlyTo === undefined || one.onlyTo === personId || one.from === personId)
    .filter((one) => conversationId === undefined || one.conversationId === conversationId)
    .map((one) => shown(one, personId, store.botName));
}

function shown(message: Message, personId: string, botName: string): SeenMessage {
  const { id, conversationId, rootId, from, at, editedAt, content } = message;
  const view = message.views?.[personId];
  return structuredClone({
    id,
    conversationId,
    rootId,
    from: { id: from, name: findPerson(from)?.name ?? botName },
    at,
    editedAt,
    text: view ? undefined : content.text,
    textFormat: content.textFormat,
    attachments: view ? [{ contentType: adaptiveCard, content: view }] : (content.attachments ?? []),
    entities: content.entities ?? [],
    targeted: message.onlyTo !== undefined,
  });
}

export const adaptiveCard = "application/vnd.microsoft.card.adaptive";
