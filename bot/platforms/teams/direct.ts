import { DeliveryRefused } from "../../core/errors.ts";
import type { MessageRef, ReplyAddress } from "../../core/platform.ts";
import type { Conversations, Place } from "./conversations.ts";
import { type Post, type Posting, post } from "./post.ts";
import { refusalFrom } from "./refusal.ts";

/** Posts to a person alone. @throws DeliveryRefused */
export async function direct(by: Posting, to: ReplyAddress, message: Post): Promise<MessageRef> {
  const known = await by.chats.known(to);
  if (!known) return post(by, await open(by.chats, to), message);
  try {
    return await post(by, known, message);
  } catch (error) {
    if (!(error instanceof DeliveryRefused) || error.kind !== "closed") throw error;
    // What was remembered may be out of date.
    const opened = await open(by.chats, to);
    if (opened.conversation === known.conversation) throw error;
    return post(by, opened, message);
  }
}

async function open(chats: Conversations, to: ReplyAddress): Promise<Place> {
  try {
    return await chats.open(to);
  } catch (error) {
    throw refusalFrom(error, "closed");
  }
}
