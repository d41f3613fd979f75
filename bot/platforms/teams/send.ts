import type { Activity } from "botbuilder";
import { DeliveryRefused } from "../../core/errors.ts";
import type { MessageRef, OutboundMessage, ReplyAddress } from "../../core/platform.ts";
import { connectorTimeout } from "./adapter.ts";
import { botId } from "./botId.ts";
import { cardFrom, summaryOf } from "./card.ts";
import { type ConversationOptions, type Conversations, conversations } from "./conversations.ts";
import { direct } from "./direct.ts";
import { follow } from "./follow.ts";
import { answerable, placeOfCall, placeOfMessage } from "./place.ts";
import { isNoForGood, onlyIn, type Post, type Posting, post } from "./post.ts";
import { refusalFrom } from "./refusal.ts";

export interface SendOptions extends ConversationOptions {
  /** The admins' conversation. Undefined: none. */
  readonly adminConversation: string | undefined;
}

/** The answer waits for it, so not for long. In milliseconds. */
const typingTimeout = { timeout: 3000 } as const;

/** A replacement for a card travels as the answer to the click; a newer one must not arrive before it. In milliseconds. */
const onItsWay = 1000;

/** How to answer a call. */
interface How {
  /** The message it replaces. */
  readonly replaced?: string | undefined;
  /** Something will replace it. */
  readonly followed?: boolean | Promise<boolean> | undefined;
}

export interface Sender {
  readonly conversations: Conversations;
  /** Whether the Bot Connector accepts the bot. @throws DeliveryRefused */
  check(): Promise<void>;
  /** @throws DeliveryRefused */
  send(message: OutboundMessage): Promise<MessageRef>;
  /** Answers a call where it was made, or alone with the caller if no one else must see it. @throws DeliveryRefused */
  answer(to: ReplyAddress, post: Post, how?: How): Promise<MessageRef>;
  /** Shows for a moment that the bot is working. Never fails, because it isn't essential. */
  typing(to: ReplyAddress): Promise<void>;
  /** The answer to a click replaces its card, and will itself be replaced. `leavesIn`: when it leaves at the latest, in milliseconds. */
  answeredInPlace(to: ReplyAddress, message: string, leavesIn?: number): Promise<void>;
  /** The answer to a click isn't a message, and something follows it. */
  answeredInLine(to: ReplyAddress): Promise<void>;
}

type Sending = Posting & SendOptions;

/** Sends messages through the Bot Connector. */
export function teamsSender(options: SendOptions): Sender {
  const chats = conversations(options);
  const by: Sending = { ...options, chats };
  return {
    conversations: chats,
    check: () => check(by),
    send: (message) => send(by, message),
    answer: (to, message, how) => answer(by, to, message, how),
    typing: (to) => typing(by, to),
    async answeredInPlace(to, message, leavesIn = 0) {
      const arrivesBy = new Date(options.clock.now().getTime() + leavesIn + onItsWay);
      await chats.answered(to, { channel: placeOfCall(to).conversation, message }, arrivesBy);
    },
    async answeredInLine(to) {
      await chats.answered(to, {});
    },
  };
}

async function check(by: Sending): Promise<void> {
  const bot = botId(by.appId);
  try {
    const connector = await by.connector(await by.chats.serviceUrl());
    await connector.getConversationMember(by.adminConversation ?? bot, bot, connectorTimeout);
  } catch (error) {
    const refused = refusalFrom(error, "closed");
    // An answer such as "not found" or "not yours" also shows that it accepts the bot.
    if (refused.kind !== "closed") throw refused;
  }
}

async function send(
  by: Sending,
  { route, to, card, nonce, edit, answerDue }: OutboundMessage,
): Promise<MessageRef> {
  const marked = { ...card, footer: [card.footer, nonce].filter(Boolean).join(" · ") };
  const message = { card: cardFrom(marked), summary: summaryOf(card), nonce };
  switch (route) {
    case "answer": {
      // An existing message can always be edited.
      const at = edit ? placeOfCall(to) : answerable(to, by.clock);
      return follow(by, at, message, { to, edit, answerDue });
    }
    case "dm":
      if (!edit) return direct(by, to, message);
      return post(by, await placeOfMessage(by.chats, to, edit), message, undefined, edit.message);
    case "admins": {
      const { adminConversation: conversation } = by;
      if (conversation === undefined) throw new DeliveryRefused("closed", "no admin channel is set");
      const at = { serviceUrl: await by.chats.serviceUrl(), conversation };
      return post(by, at, message, undefined, edit?.message);
    }
    case "thread":
      throw new DeliveryRefused("closed", "Teams has no private threads");
  }
}

async function answer(
  by: Sending,
  to: ReplyAddress,
  message: Post,
  { replaced, followed }: How = {},
): Promise<MessageRef> {
  const answered = async () => {
    try {
      return await post(by, placeOfCall(to), message, onlyIn(to), replaced);
    } catch (error) {
      if (!isNoForGood(error)) throw error;
      return direct(by, to, message);
    }
  };
  const ref = await answered();
  if (await followed) await by.chats.answered(to, ref);
  return ref;
}

async function typing(by: Sending, to: ReplyAddress): Promise<void> {
  try {
    const { serviceUrl, conversation } = placeOfCall(to);
    const connector = await by.connector(serviceUrl);
    // In the form that the Bot Connector accepts, which is less than botbuilder's type requires.
    const activity = { type: "typing", from: { id: botId(by.appId) }, conversation: { id: conversation } };
    await connector.sendToConversation(conversation, activity as Activity, typingTimeout);
  } catch {
    // The answer comes anyway.
  }
}
