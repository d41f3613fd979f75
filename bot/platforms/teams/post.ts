import type { Activity } from "botbuilder";
import * as z from "zod";
import { DeliveryRefused } from "../../core/errors.ts";
import type { MessageRef, ReplyAddress } from "../../core/platform.ts";
import { connectorTimeout } from "./adapter.ts";
import { botId } from "./botId.ts";
import type { AdaptiveCard } from "./card.ts";
import type { ConversationOptions, Conversations, Place } from "./conversations.ts";
import { refusalFrom } from "./refusal.ts";

/** A message as it is posted. */
export interface Post {
  readonly card: AdaptiveCard;
  readonly summary: string;
  readonly nonce?: string;
}

/** What posting needs. */
export interface Posting extends Pick<ConversationOptions, "appId" | "connector"> {
  readonly chats: Conversations;
}

const sent = z.object({ id: z.string().min(1) });

/** Posts or edits a message. In a group, only the person sees it if their client supports that. */
export async function post(
  by: Pick<Posting, "appId" | "connector">,
  at: Place,
  message: Post,
  to?: ReplyAddress,
  edit?: string,
): Promise<MessageRef> {
  try {
    const connector = await by.connector(at.serviceUrl, to !== undefined);
    const body = activityFrom(message, at, botId(by.appId), to);
    if (edit === undefined) {
      const answer = await connector.sendToConversation(at.conversation, body, connectorTimeout);
      return { channel: at.conversation, message: sent.parse(answer).id };
    }
    await connector.updateActivity(at.conversation, edit, { ...body, id: edit }, connectorTimeout);
    return { channel: at.conversation, message: edit };
  } catch (error) {
    throw refusalFrom(error, edit === undefined ? "closed" : "gone");
  }
}

/** The only person who may see a message where others read too. Undefined in a chat of their own. */
export const onlyIn = (to: ReplyAddress): ReplyAddress | undefined =>
  to.data["type"] === "personal" ? undefined : to;

/** Whether asking once more would be of no use. */
export const isNoForGood = (error: unknown): boolean =>
  error instanceof DeliveryRefused && (error.kind === "closed" || error.kind === "gone");

/** In the form that the Bot Connector accepts, which is less than botbuilder's type requires. */
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
