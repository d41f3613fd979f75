import { type Clock, minuteMs } from "../../core/clock.ts";
import { DeliveryRefused } from "../../core/errors.ts";
import type { MessageRef, ReplyAddress } from "../../core/platform.ts";
import type { Conversations, Place } from "./conversations.ts";

/** After this time, an answer is no longer given where they asked, but as a message to them. In milliseconds. */
const answerableFor = 15 * minuteMs;

/** Where a call came from. @throws DeliveryRefused */
export function placeOfCall({ data }: ReplyAddress): Place {
  const { serviceUrl, conversation } = data;
  if (!serviceUrl || !conversation) throw new DeliveryRefused("closed", "that call names no conversation");
  return { serviceUrl, conversation };
}

/** The same, while the call can be answered. @throws DeliveryRefused */
export function answerable(to: ReplyAddress, clock: Clock): Place {
  const { at = "" } = to.data;
  if (!(clock.now().getTime() - Date.parse(at) <= answerableFor))
    throw new DeliveryRefused("closed", "that call can no longer be answered");
  return placeOfCall(to);
}

/** Where a message is. */
export async function placeOfMessage(
  chats: Conversations,
  { data }: ReplyAddress,
  { channel }: MessageRef,
): Promise<Place> {
  const { serviceUrl = await chats.serviceUrl() } = data;
  return { serviceUrl, conversation: channel };
}
