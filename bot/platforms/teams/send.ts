import type { Activity } from "botbuilder";
import * as z from "zod";
import { DeliveryRefused } from "../../core/errors.ts";
import type { MessageRef, OutboundMessage, ReplyAddress } from "../../core/platform.ts";
import { connectorTimeout } from "./adapter.ts";
import { type AdaptiveCard, cardFrom, summaryOf } from "./card.ts";
import { type ConversationOptions, type Conversations, conversations, type Place } from "./conversations.ts";
import { refusalFrom } from "./refusal.ts";

export interface SendOptions extends ConversationOptions {
  /** Where admins read; undefined: nowhere. */
  readonly adminConversation: string | undefined;
}

/** What comes later is no longer an answer that somebody waits for where they asked, but a message to them. In milliseconds. */
const answerableFor = 15 * 60_000;

/** The answer waits for it, so not for long. In milliseconds. */
const typingTimeout = { timeout: 3000 } as const;

/** What is shown in place of a card travels as the answer to the click; a newer one must not be there before it. In milliseconds. */
const onItsWay = 1000;

/** A message as it is posted. */
interface Post {
  readonly card: AdaptiveCard;
  readonly summary: string;
  readonly nonce?: string;
}

const sent = z.object({ id: z.string().min(1) });

/** How a call is answered. */
interface How {
  /** The message that it takes the place of. */
  readonly replaced?: string | undefined;
  /** Something follows it in its place. */
  readonly followed?: boolean | Promise<boolean> | undefined;
}

export interface Sender {
  readonly conversations: Conversations;
  /** Whether the Bot Connector listens to the bot. @throws DeliveryRefused */
  check(): Promise<void>;
  /** @throws DeliveryRefused */
  send(message: OutboundMessage): Promise<MessageRef>;
  /** Answers a call where it was made, or alone with the caller where nobody else must see it. @throws DeliveryRefused */
  answer(to: ReplyAddress, post: Post, how?: How): Promise<MessageRef>;
  /** Shows for a moment that the bot is at it. Never fails, since nobody misses it. */
  typing(to: ReplyAddress): Promise<void>;
  /** A card is being replaced by the answer to a click on it, which something follows. `leavesIn`: in so many milliseconds at the latest. */
  answeredInPlace(to: ReplyAddress, message: string, leavesIn?: number): Promise<void>;
  /** The answer to a click is no message, and something follows it. */
  answeredInLine(to: ReplyAddress): Promise<void>;
}

/** Sends messages through the Bot Connector. */
export function teamsSender(options: SendOptions): Sender {
  const { clock, adminConversation } = options;
  const chats = conversations(options);

  /** Posts a message, or edits one. In a group only the person sees it, where their client can do that. */
  const post = async (at: Place, message: Post, to?: ReplyAddress, edit?: string): Promise<MessageRef> => {
    try {
      const connector = await options.connector(at.serviceUrl, to !== undefined);
      const body = activityFrom(message, at, `28:${options.appId}`, to);
      if (edit === undefined) {
        const answer = await connector.sendToConversation(at.conversation, body, connectorTimeout);
        return { channel: at.conversation, message: sent.parse(answer).id };
      }
      await connector.updateActivity(at.conversation, edit, { ...body, id: edit }, connectorTimeout);
      return { channel: at.conversation, message: edit };
    } catch (error) {
      throw refusalFrom(error, edit === undefined ? "closed" : "gone");
    }
  };

  const open = async (to: ReplyAddress): Promise<Place> => {
    try {
      return await chats.open(to);
    } catch (error) {
      throw refusalFrom(error, "closed");
    }
  };

  /** What follows the answer to a call takes its place, if that is still there. */
  const follow = async (
    at: Place,
    message: Post,
    { to, edit, answerDue }: Pick<OutboundMessage, "to" | "edit" | "answerDue">,
  ) => {
    const answer = edit ? { isThere: true, ref: edit } : await chats.answerTo(to);
    if (answerDue && !answer.isThere)
      throw new DeliveryRefused("passing", "the answer to that call is not there yet", 1);
    const first = answer.ref;
    if (!first) return post(at, message, onlyIn(to));
    // An answer that nobody could be given alone in a group is in their own chat.
    const inPlace = first.channel === at.conversation;
    try {
      return await post(
        { ...at, conversation: first.channel },
        message,
        inPlace ? onlyIn(to) : undefined,
        first.message,
      );
    } catch (error) {
      if (edit || !isNoForGood(error)) throw error;
      return post(at, message, onlyIn(to));
    }
  };

  const direct = async (to: ReplyAddress, message: Post): Promise<MessageRef> => {
    const known = await chats.known(to);
    if (!known) return post(await open(to), message);
    try {
      return await post(known, message);
    } catch (error) {
      if (!(error instanceof DeliveryRefused) || error.kind !== "closed") throw error;
      // What was remembered may be out of date.
      const opened = await open(to);
      if (opened.conversation === known.conversation) throw error;
      return post(opened, message);
    }
  };

  const where = ({ data }: ReplyAddress): Place => {
    const { serviceUrl, conversation } = data;
    if (!serviceUrl || !conversation) throw new DeliveryRefused("closed", "that call came from nowhere");
    return { serviceUrl, conversation };
  };
  const answerable = (to: ReplyAddress): Place => {
    const { at = "" } = to.data;
    if (!(clock.now().getTime() - Date.parse(at) <= answerableFor))
      throw new DeliveryRefused("closed", "that call can no longer be answered");
    return where(to);
  };
  const placeOf = async ({ data }: ReplyAddress, { channel }: MessageRef): Promise<Place> => {
    const { serviceUrl = await chats.serviceUrl() } = data;
    return { serviceUrl, conversation: channel };
  };
  const onlyIn = (to: ReplyAddress) => (to.data["type"] === "personal" ? undefined : to);

  return {
    conversations: chats,
    async check() {
      const bot = `28:${options.appId}`;
      try {
        const connector = await options.connector(await chats.serviceUrl());
        await connector.getConversationMember(adminConversation ?? bot, bot, connectorTimeout);
      } catch (error) {
        const refused = refusalFrom(error, "closed");
        // Whoever says that it is not there, or none of the bot's business, has listened.
        if (refused.kind !== "closed") throw refused;
      }
    },
    async send({ route, to, card, nonce, edit, answerDue }) {
      const marked = { ...card, footer: [card.footer, nonce].filter(Boolean).join(" · ") };
      const message = { card: cardFrom(marked), summary: summaryOf(card), nonce };
      switch (route) {
        case "answer":
          // What stands there can be edited for ever.
          return follow(edit ? where(to) : answerable(to), message, { to, edit, answerDue });
        case "dm":
          if (!edit) return direct(to, message);
          return post(await placeOf(to, edit), message, undefined, edit.message);
        case "admins": {
          if (adminConversation === undefined) throw new DeliveryRefused("closed", "no admin channel is set");
          const at = { serviceUrl: await chats.serviceUrl(), conversation: adminConversation };
          return post(at, message, undefined, edit?.message);
        }
        case "thread":
          throw new DeliveryRefused("closed", "Teams has no threads that only some can see");
      }
    },
    async answer(to, message, { replaced, followed } = {}) {
      const answered = async () => {
        try {
          return await post(where(to), message, onlyIn(to), replaced);
        } catch (error) {
          if (!isNoForGood(error)) throw error;
          return direct(to, message);
        }
      };
      const ref = await answered();
      if (await followed) await chats.answered(to, ref);
      return ref;
    },
    async typing(to) {
      try {
        const { serviceUrl, conversation } = where(to);
        const connector = await options.connector(serviceUrl);
        // As the Bot Connector takes it, which is less than botbuilder's type asks for.
        const typing = {
          type: "typing",
          from: { id: `28:${options.appId}` },
          conversation: { id: conversation },
        };
        await connector.sendToConversation(conversation, typing as Activity, typingTimeout);
      } catch {
        // The answer comes all the same.
      }
    },
    async answeredInPlace(to, message, leavesIn = 0) {
      const arrivesBy = new Date(clock.now().getTime() + leavesIn + onItsWay);
      await chats.answered(to, { channel: where(to).conversation, message }, arrivesBy);
    },
    async answeredInLine(to) {
      await chats.answered(to, {});
    },
  };
}

/** Whether asking once more would be of no use. */
const isNoForGood = (error: unknown): boolean =>
  error instanceof DeliveryRefused && (error.kind === "closed" || error.kind === "gone");

/** As the Bot Connector takes it, which is less than botbuilder's type asks for. */
function activityFrom(
  { card, summary, nonce }: Post,
  { conversation }: Place,
  bot: string,
  to: ReplyAddress | undefined,
): Activity {
  const { user = to?.account } = to?.data ?? {};
  const activity = {
    type: "message",
    from: { id: bot },
    conversation: { id: conversation },
    ...(to ? { recipient: { id: user, aadObjectId: to.account } } : {}),
    summary,
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: card }],
    ...(nonce === undefined ? {} : { channelData: { nonce } }),
  };
  return activity as unknown as Activity;
}
