import { dmsClosed, emptyMessage, missingAccess, parse, unknownChannel, unknownMessage } from "./errors.ts";
import { type EmbedBody, flag, type MessageBody, messageBody, type RowBody } from "./message-schema.ts";
import { botUser, personById, userOf } from "./people.ts";
import type { Channel, Interaction, Message, Store, StoredMessage } from "./store.ts";

/** Discord says "past few minutes" about `enforce_nonce` ("Create Message", 2026-01); in milliseconds. */
const nonceMemory = 3 * 60_000;

/** Creates a message from the bot by its token. A recently used nonce returns the earlier message. */
export function createMessage(store: Store, channelId: string, body: unknown): Message {
  const channel = requireBotChannel(store, channelId);
  const given = parse(messageBody, body);
  if (isEmpty(given)) throw emptyMessage();
  const [recipient] = channel.type === 1 ? channel.members : [];
  if (recipient && store.state.faults.dmsClosed.includes(recipient)) throw dmsClosed();
  const earlier = given.enforce_nonce ? findNonce(store, given.nonce) : undefined;
  if (earlier) return earlier;
  return append(store, {
    message: newMessage(store, channelId, given, (given.flags ?? 0) & flag.suppressEmbeds),
  }).message;
}

function findNonce(store: Store, nonce: MessageBody["nonce"]): Message | undefined {
  if (nonce === undefined || nonce === null) return undefined;
  const since = store.clock.now().getTime() - nonceMemory;
  // Discord doesn't say whether this includes deleted messages; include them, as the worse case.
  const all = [...store.state.messages.map(({ message }) => message), ...store.state.deleted];
  return all.find((message) => message.nonce === nonce && Date.parse(message.timestamp) >= since);
}

/** Edits a message; fields that aren't given stay. */
export function editMessage(store: Store, stored: StoredMessage, body: unknown): Message {
  const given = parse(messageBody, body);
  const { message } = stored;
  const next = {
    content: given.content === undefined ? message.content : (given.content ?? ""),
    embeds: given.embeds === undefined ? message.embeds : embedsOf(given),
    components: given.components === undefined ? message.components : rowsOf(given),
  };
  if (isEmpty(next)) throw emptyMessage();
  Object.assign(message, next, {
    flags: message.flags & ~flag.loading,
    mentions: mentionsIn(next.content),
    edited_timestamp: store.clock.now().toISOString(),
  });
  store.save();
  return message;
}

/** Creates the message that answers or follows up an interaction. `body` is undefined for a deferred answer. */
export function answerMessage(
  store: Store,
  interaction: Interaction,
  body: unknown,
  options: { ephemeral?: boolean } = {},
): StoredMessage {
  const given = body === undefined ? {} : parse(messageBody, body);
  if (body !== undefined && isEmpty(given)) throw emptyMessage();
  const ephemeral = options.ephemeral ?? ((given.flags ?? 0) & flag.ephemeral) !== 0;
  const flags = (ephemeral ? flag.ephemeral : 0) | (body === undefined ? flag.loading : 0);
  const user = userOf(interaction.userId);
  const { id, type, commandName } = interaction;
  const message: Message = {
    ...newMessage(store, interaction.channelId, given, flags),
    type: type === 2 ? 20 : interaction.sourceId ? 19 : 0,
    application_id: botUser.id,
    webhook_id: botUser.id,
    ...(type === 2 ? { interaction_metadata: { id, type, user, authorizing_integration_owners: {} } } : {}),
    ...(commandName === undefined ? {} : { interaction: { id, type: 2, name: commandName, user } }),
  };
  // From now on this is `@original`; a follow-up doesn't change that.
  interaction.originalId ??= message.id;
  return append(store, ephemeral ? { message, onlyTo: interaction.userId } : { message });
}

export function deleteMessage(store: Store, stored: StoredMessage): void {
  store.state.messages.splice(store.state.messages.indexOf(stored), 1);
  store.state.deleted.push(stored.message);
  store.save();
}

/** A channel message that the bot's token can reach: never an ephemeral one. */
export function requireMessage(store: Store, channelId: string, messageId: string): StoredMessage {
  requireBotChannel(store, channelId);
  const stored = findMessage(store, messageId);
  if (!stored || stored.message.channel_id !== channelId || stored.onlyTo !== undefined)
    throw unknownMessage();
  return stored;
}

export const findMessage = (store: Store, id: string): StoredMessage | undefined =>
  store.state.messages.find(({ message }) => message.id === id);

export function requireBotChannel(store: Store, id: string): Channel {
  const channel = store.state.channels.find((one) => one.id === id);
  if (!channel) throw unknownChannel();
  if (channel.type === 3) throw missingAccess();
  return channel;
}

/** Whether the person sees the channel. Administrators see every private thread, as in Discord. */
export function canSee(userId: string, channel: Channel): boolean {
  const admin = personById(userId)?.admin === true;
  if (channel.type === 0) return admin || channel.adminsOnly !== true;
  return channel.members.includes(userId) || (channel.type === 12 && admin);
}

function append(store: Store, stored: StoredMessage): StoredMessage {
  store.state.messages.push(stored);
  store.save();
  return stored;
}

function newMessage(store: Store, channelId: string, given: MessageBody, flags: number): Message {
  const content = given.content ?? "";
  return {
    id: store.nextId(),
    channel_id: channelId,
    type: 0,
    content,
    author: userOf(botUser.id),
    embeds: embedsOf(given),
    components: rowsOf(given),
    attachments: [],
    mentions: mentionsIn(content),
    mention_roles: [],
    mention_everyone: false,
    timestamp: store.clock.now().toISOString(),
    edited_timestamp: null,
    flags,
    pinned: false,
    tts: false,
    ...(given.nonce === undefined || given.nonce === null ? {} : { nonce: given.nonce }),
  };
}

const isEmpty = (body: Pick<MessageBody, "content" | "embeds" | "components">) =>
  !body.content && !body.embeds?.length && !body.components?.length;

function mentionsIn(content: string) {
  const ids = new Set([...content.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id ?? ""));
  return [...ids].filter((id) => personById(id)).map(userOf);
}

function embedsOf({ embeds }: MessageBody): Message["embeds"] {
  return (embeds ?? []).map((embed) => {
    const fields = embed.fields?.map((field) => ({ ...field, inline: field.inline === true }));
    return { ...withoutNulls<EmbedBody>(embed), type: "rich", ...(fields ? { fields } : {}) };
  });
}

/** Discord numbers a message's components in order of appearance. */
function rowsOf({ components }: MessageBody): Message["components"] {
  let last = 0;
  const numbered = <T extends { id?: number | undefined }>(component: T) => {
    last += 1;
    return { ...withoutNulls<T>(component), id: component.id || last };
  };
  return (components ?? []).map((row: RowBody) => {
    const { id } = numbered(row);
    const inside = row.components.map((component) =>
      component.type === 2
        ? numbered(component)
        : {
            ...numbered(component),
            min_values: component.min_values ?? 1,
            max_values: component.max_values ?? 1,
          },
    );
    return { type: 1, id, components: inside };
  });
}

/** The API leaves out what is null in a request. */
function withoutNulls<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, inner) => (inner === null ? undefined : inner)));
}
