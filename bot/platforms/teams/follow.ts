import { DeliveryRefused } from "../../core/errors.ts";
import type { MessageRef, OutboundMessage } from "../../core/platform.ts";
import type { Place } from "./conversations.ts";
import { isNoForGood, onlyIn, type Post, type Posting, post } from "./post.ts";

/** Replaces the answer to a call, if that still exists. @throws DeliveryRefused */
export async function follow(
  by: Posting,
  at: Place,
  message: Post,
  { to, edit, answerDue }: Pick<OutboundMessage, "to" | "edit" | "answerDue">,
): Promise<MessageRef> {
  const answer = edit ? { isThere: true, ref: edit } : await by.chats.answerTo(to);
  if (answerDue && !answer.isThere)
    throw new DeliveryRefused("passing", "the answer to that call is not there yet", 1);
  const first = answer.ref;
  if (!first) return post(by, at, message, onlyIn(to));
  // An answer that couldn't be shown to them alone in a group is in their own chat.
  const inPlace = first.channel === at.conversation;
  const only = inPlace ? onlyIn(to) : undefined;
  try {
    return await post(by, { ...at, conversation: first.channel }, message, only, first.message);
  } catch (error) {
    if (edit || !isNoForGood(error)) throw error;
    return post(by, at, message, onlyIn(to));
  }
}
