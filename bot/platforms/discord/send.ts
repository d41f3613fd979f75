import { ChannelType, Routes } from "discord-api-types/v10";
import * as z from "zod";
import { type Clock, minuteMs } from "../../core/clock.ts";
import { DeliveryRefused } from "../../core/errors.ts";
import { tokenMinutes } from "../../core/lifetimes.ts";
import type { MessageRef, OutboundMessage, Platform } from "../../core/platform.ts";
import { asItStands, clip } from "../../core/text.ts";
import type { TokenSource } from "../../core/token.ts";
import {
  asBot,
  type DiscordApi,
  discordApi,
  isDeadChannel,
  isNobody,
  isUnanswered,
  refusalFrom,
} from "./api.ts";
import { type DiscordMessage, messageFrom } from "./render.ts";

export interface SendOptions {
  /** Without the version: `https://discord.com/api`. */
  readonly apiUrl: string;
  readonly tokens: TokenSource;
  readonly applicationId: string;
  readonly guildId: string;
  readonly adminChannelId: string | undefined;
  readonly clock: Clock;
}

/** An interaction's token works for 15 minutes ("Receiving and Responding", 2026-01), minus some time for the way. In ms. */
const answerableFor = tokenMinutes * minuteMs - 10_000;

/** Discord accepts a first answer for three seconds ("Receiving and Responding", 2026-01); before that, there is nothing to edit. In ms. */
const firstAnswerFor = 5000;

/** Looking up many accounts waits for Discord's limits, but not forever. In milliseconds. */
const patienceMs = 10_000;

const guildMember = z.object({ user: z.object({ bot: z.boolean().optional() }) });
const created = z.object({ id: z.string(), channel_id: z.string() });
const channel = z.object({ id: z.string() });

export interface Sender extends Required<Pick<Platform, "send" | "unfit">> {
  /** Whether Discord knows the bot. @throws DeliveryRefused */
  check(): Promise<void>;
}

/** Sends messages with the bot's own token, except the only-you answer, which uses the interaction's and needs no other. */
export function discordSender(options: SendOptions): Sender {
  const open = discordApi(options.apiUrl);
  const calls = asBot(options.apiUrl, options.tokens);
  const patient = asBot(options.apiUrl, options.tokens, patienceMs);
  return {
    async send(message) {
      try {
        if (message.route === "answer") return await answer(open, message, options);
        return await calls((api) => sendOwn(api, message, options));
      } catch (error) {
        throw refusalFrom(error, message.edit && message.route !== "answer" ? "gone" : "closed");
      }
    },
    async unfit(id) {
      try {
        const found = await patient((api) => api.get(Routes.guildMember(options.guildId, id)));
        return guildMember.parse(found).user.bot ? "bot" : undefined;
      } catch (error) {
        if (isNobody(error)) return "left";
        throw refusalFrom(error, "closed");
      }
    },
    async check() {
      try {
        await calls((api) => api.get(Routes.user()));
      } catch (error) {
        throw refusalFrom(error, "closed");
      }
    },
  };
}

/** Does the same each time, however far it came before. */
async function sendOwn(
  rest: DiscordApi,
  message: OutboundMessage,
  options: SendOptions,
): Promise<MessageRef> {
  const body = messageFrom(marked(message));
  if (message.edit) return edit(rest, message.edit, body);
  const { direct, nonce } = message;
  const sendTo = async (target: string): Promise<MessageRef> => {
    if (!message.maybeSent) return create(rest, target, nonce, body);
    const found = await findSent(rest, target, nonce);
    // The created message may be an earlier one that has arrived since and shows what was true then.
    return edit(rest, found ?? (await create(rest, target, nonce, body)), body);
  };
  if (message.route !== "dm" || direct === undefined) return sendTo(await channelFor(rest, message, options));
  try {
    return await sendTo(direct);
  } catch (error) {
    if (!isDeadChannel(error)) throw error;
    // Opened again, because what was remembered may be out of date.
    const opened = await directChannel(rest, message.to.account);
    if (opened === direct) throw error;
    return sendTo(opened);
  }
}

/** Discord returns a message's nonce only to its sender, and only at once; the footer can be found later. */
function marked({ card, nonce }: OutboundMessage): OutboundMessage["card"] {
  if (hasMark(card.footer, nonce)) return card;
  // Cut here, so that the mark isn't cut off later.
  const footer = clip(card.footer ?? "", 1000, asItStands);
  return { ...card, footer: [footer, nonce].filter(Boolean).join(separator) };
}

const separator = " · ";
const hasMark = (footer: string | undefined, nonce: string): boolean =>
  footer?.split(separator).at(-1) === nonce;

/** Identified by its interaction's token. A 401 here concerns that token and says nothing about the bot's own. */
async function answer(
  rest: DiscordApi,
  { to, card }: OutboundMessage,
  { applicationId, clock }: SendOptions,
): Promise<MessageRef> {
  const { token, at = "" } = to.data;
  const age = clock.now().getTime() - Date.parse(at);
  if (!token || !(age <= answerableFor))
    throw new DeliveryRefused("closed", "that call can no longer be answered");
  try {
    return refFrom(
      await rest.patch(Routes.webhookMessage(applicationId, token), { body: messageFrom(card) }),
    );
  } catch (error) {
    if (age > firstAnswerFor || !isUnanswered(error)) throw error;
    throw new DeliveryRefused("passing", "Discord hasn't received the first answer to that call yet", 1);
  }
}

const edit = async (rest: DiscordApi, ref: MessageRef, body: DiscordMessage): Promise<MessageRef> =>
  refFrom(await rest.patch(Routes.channelMessage(ref.channel, ref.message), { body }));

/** A nonce used within the last few minutes returns the earlier message ("Create Message", 2026-01). */
const create = async (
  rest: DiscordApi,
  target: string,
  nonce: string,
  body: DiscordMessage,
): Promise<MessageRef> =>
  refFrom(await rest.post(Routes.channelMessages(target), { body: { ...body, nonce, enforce_nonce: true } }));

function refFrom(answered: unknown): MessageRef {
  const message = created.parse(answered);
  return { channel: message.channel_id, message: message.id };
}

function channelFor(rest: DiscordApi, message: OutboundMessage, options: SendOptions): Promise<string> {
  if (message.route === "dm") return directChannel(rest, message.to.account);
  if (message.route === "thread") return threadFor(rest, message, options.guildId);
  if (options.adminChannelId === undefined)
    return Promise.reject(new DeliveryRefused("closed", "no admin channel is set"));
  return Promise.resolve(options.adminChannelId);
}

/** Opening it again returns the same channel; Discord limits that more strictly than messages. */
async function directChannel(rest: DiscordApi, person: string): Promise<string> {
  return channel.parse(await rest.post(Routes.userChannels(), { body: { recipient_id: person } })).id;
}

/** A private thread with only the person and the bot. Threads have no nonce, so the name carries it. */
async function threadFor(rest: DiscordApi, { to, nonce }: OutboundMessage, guildId: string): Promise<string> {
  const { channel: parent } = to.data;
  if (!parent) throw new DeliveryRefused("closed", "that call came from a channel that can't have threads");
  const name = `OpenClaw · ${nonce}`;
  const { threads } = activeThreads.parse(await rest.get(Routes.guildActiveThreads(guildId)));
  const found = threads.find((thread) => thread.parent_id === parent && thread.name === name);
  const body = { name, type: ChannelType.PrivateThread, invitable: false, auto_archive_duration: 10_080 };
  const thread = found ?? channel.parse(await rest.post(Routes.threads(parent), { body }));
  await rest.put(Routes.threadMembers(thread.id, to.account));
  return thread.id;
}

const activeThreads = z.object({
  threads: z.array(z.object({ id: z.string(), name: z.string(), parent_id: z.string().nullish() })),
});

/** An earlier attempt that got through unnoticed is among the last hundred messages, with the nonce in its footer. */
async function findSent(rest: DiscordApi, target: string, nonce: string): Promise<MessageRef | undefined> {
  const query = new URLSearchParams({ limit: "100" });
  const messages = recent.parse(await rest.get(Routes.channelMessages(target), { query }));
  const found = messages.find(
    ({ author, embeds }) => author.bot && embeds.some(({ footer }) => hasMark(footer?.text, nonce)),
  );
  return found && { channel: target, message: found.id };
}

const recent = z.array(
  z.object({
    id: z.string(),
    author: z.object({ bot: z.boolean().default(false) }),
    embeds: z.array(z.object({ footer: z.object({ text: z.string() }).optional() })),
  }),
);
