import { z } from "zod";
import { applyCallback } from "./callback.ts";
import { type Choice, choicesIn } from "./choices.ts";
import { type DeliverOptions, deliver } from "./deliver.ts";
import { DiscordError } from "./errors.ts";
import { type Attached, upload } from "./files.ts";
import { interactionPayload, type Payload, pingPayload, remember } from "./interaction.ts";
import { canSee, findMessage } from "./messages.ts";
import { modalData } from "./modal.ts";
import { commandData, findLeaf, isShown, type OptionValue, typingData } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { generalChannelId, guildId, type Person } from "./people.ts";
import { Refusal } from "./refusal.ts";
import type { Channel, Store } from "./store.ts";

/** A slash command, e.g. `"openclaw-admin roster add"`; in #general unless said otherwise. */
interface TypeCommand {
  command: string;
  options?: Record<string, OptionValue>;
  /** By the option that each is attached to. */
  files?: Readonly<Record<string, Attached>>;
  channelId?: string;
}

/** Types an option of a command, and waits for what it can be; the command is not sent. */
interface TypeOption {
  typing: string;
  option: string;
  /** What is typed of it so far. */
  text: string;
  /** What stands in the others. */
  options?: Record<string, OptionValue>;
  channelId?: string;
}

/** A button, or a select if `values` is given. */
interface Click {
  click: string;
  messageId: string;
  values?: string[];
}

/** Fills in an open modal; keys of `values` are the custom ids of its inputs. */
interface Submit {
  submit: string;
  values: Record<string, string>;
}

/** What a person does in their client. */
export type Action = TypeCommand | TypeOption | Click | Submit | { ping: true };

export interface How extends DeliverOptions {
  /** Sends what the client would not: an unregistered custom id, a hidden command, a command in a DM. */
  forge?: boolean;
  /** Merged into the interaction before it is signed. */
  payload?: Payload;
}

/** Plays one action of a person: builds, signs and posts the interaction, and applies the bot's answer. */
export async function interact(
  store: Store,
  url: string,
  person: Person,
  action: Action,
  how: How = {},
): Promise<Outcome> {
  try {
    const { payload, channel, about } = prepare(store, person, action, how);
    const sent = { ...payload, ...how.payload };
    if ("typing" in action) return await suggested(store, url, sent, how);
    if (!channel) return await answered(store, url, sent, undefined, how);
    const interaction = remember(store, sent, { userId: person.id, channelId: channel.id, ...about });
    const outcome = await answered(store, url, sent, interaction, how);
    // If the answer fails, the dialog stays open so that the person can try again.
    if ("submit" in action && outcome.kind !== "failed") closeModal(store, action.submit);
    return outcome;
  } catch (error) {
    if (error instanceof Refusal) return { kind: "refused", reason: error.message };
    throw error;
  }
}

const answered = (
  store: Store,
  url: string,
  sent: Payload,
  interaction: Parameters<typeof applyCallback>[1],
  how: How,
): Promise<Outcome> =>
  exchanged(store, url, sent, how, (answer) => applyCallback(store, interaction, answer));

/** Nothing can follow an answer with choices, so nothing of the interaction is kept. */
const suggested = (store: Store, url: string, sent: Payload, how: How): Promise<Outcome> =>
  exchanged(store, url, sent, how, (answer) => ({ kind: "choices", choices: choicesIn(answer) }));

async function exchanged(
  store: Store,
  url: string,
  sent: Payload,
  how: How,
  apply: (
    answer: z.infer<typeof callback>,
  ) => ReturnType<typeof applyCallback> | { kind: "choices"; choices: Choice[] },
): Promise<Outcome> {
  try {
    const { status, body } = await deliver(store, url, JSON.stringify(sent), how);
    if (status !== 200) return { kind: "failed", reason: `The bot answered HTTP ${status}.`, status, sent };
    return { ...apply(callback.parse(body)), sent };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error), sent };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "The bot did not answer in time.";
  if (error instanceof TypeError && error.message === "fetch failed") return "The bot can not be reached.";
  return `Discord does not accept the bot's answer: ${detailOf(error)}`;
}

const detailOf = (error: unknown) =>
  error instanceof DiscordError
    ? JSON.stringify(error.body)
    : error instanceof Error
      ? error.message
      : String(error);

function closeModal(store: Store, id: string): void {
  store.state.modals = store.state.modals.filter((one) => one.id !== id);
  store.save();
}

const callback = z.object({ type: z.int(), data: z.record(z.string(), z.unknown()).optional() });

interface Prepared {
  payload: Payload;
  channel?: Channel;
  about?: { commandName?: string; sourceId?: string };
}

function prepare(store: Store, person: Person, action: Action, { forge = false }: How): Prepared {
  if ("ping" in action) return { payload: pingPayload(store) };
  if ("typing" in action) return prepareTyping(store, person, action, forge);
  if ("command" in action) return prepareCommand(store, person, action, forge);
  if ("click" in action) return prepareClick(store, person, action, forge);
  const open = store.state.modals.find(({ id, userId }) => id === action.submit && userId === person.id);
  if (!open) throw new Refusal("This dialog is no longer open.");
  const channel = channelFor(store, person, open.channelId, forge);
  const data = modalData(open.modal, action.values, forge);
  const source = open.sourceId === undefined ? undefined : findMessage(store, open.sourceId);
  const rest = { type: 5, data, ...(source ? { message: source.message } : {}) };
  return {
    payload: interactionPayload(store, person, channel, rest),
    channel,
    about: source ? { sourceId: source.message.id } : {},
  };
}

function prepareTyping(store: Store, person: Person, action: TypeOption, forge: boolean): Prepared {
  const channel = commandChannel(store, person, action.channelId, forge);
  const leaf = findLeaf(commandsFor(store, person, forge), action.typing);
  const data = typingData(leaf, action, action.options ?? {}, guildId);
  return { payload: interactionPayload(store, person, channel, { type: 4, data }), channel };
}

const commandsFor = (store: Store, person: Person, forge: boolean) =>
  store.state.commands.filter((command) => forge || isShown(command, person));

function commandChannel(store: Store, person: Person, id: string | undefined, forge: boolean): Channel {
  const channel = channelFor(store, person, id ?? generalChannelId, forge);
  if (!forge && channel.type !== 0 && channel.type !== 12) {
    throw new Refusal("Commands only work in the server's channels, not in direct messages.");
  }
  return channel;
}

function prepareCommand(store: Store, person: Person, action: TypeCommand, forge: boolean): Prepared {
  const channel = commandChannel(store, person, action.channelId, forge);
  const leaf = findLeaf(commandsFor(store, person, forge), action.command);
  const uploaded = Object.fromEntries(
    Object.entries(action.files ?? {}).map(([name, file]) => [name, upload(store, file)]),
  );
  const data = commandData(leaf, action.options ?? {}, guildId, uploaded, store.state.faults.left);
  const commandName = action.command.trim().replaceAll(/\s+/g, " ");
  return {
    payload: interactionPayload(store, person, channel, { type: 2, data }),
    channel,
    about: { commandName },
  };
}

function prepareClick(store: Store, person: Person, action: Click, forge: boolean): Prepared {
  const stored = findMessage(store, action.messageId);
  const isHidden = stored?.onlyTo !== undefined && stored.onlyTo !== person.id;
  if (!stored || (isHidden && !forge)) throw new Refusal("This message no longer exists.");
  const channel = channelFor(store, person, stored.message.channel_id, forge);
  const all = stored.message.components.flatMap(({ components }) => components);
  const found = all.find((component) => component.custom_id === action.click);
  if (!forge && (!found || found.disabled)) throw new Refusal("You can't use this button.");
  const type = found?.type ?? 2;
  const values = type === 2 ? {} : { values: action.values ?? [] };
  const data = { custom_id: action.click, component_type: type, id: found?.id ?? 1, ...values };
  const rest = { type: 3, data, message: stored.message };
  return {
    payload: interactionPayload(store, person, channel, rest),
    channel,
    about: { sourceId: stored.message.id },
  };
}

function channelFor(store: Store, person: Person, id: string, forge: boolean): Channel {
  const channel = store.state.channels.find((one) => one.id === id);
  if (!channel || (!forge && !canSee(person.id, channel))) throw new Refusal("You can't see this channel.");
  return channel;
}
