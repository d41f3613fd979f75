import type { Card } from "../../core/card.ts";
import type { HttpAnswer, Late, MessageRef, ReplyAddress } from "../../core/platform.ts";
import { type Use, worksOnce } from "./activity.ts";
import { invokeCard, invokeMessage, postFrom } from "./render.ts";
import type { Sender } from "./send.ts";

const working: Card = {
  title: "Working on it",
  tone: "working",
  text: "This takes longer than usual. The answer will replace this card.",
};

/** Whoever writes a message sees that the bot is typing; the answer is a message. */
export const lateMessage = (
  answer: HttpAnswer,
  typing: Promise<void>,
  to: ReplyAddress,
  isKnown: Promise<boolean>,
  sender: Sender,
): Late => ({
  answer,
  shown: typing,
  tell: async (card) => answeredBy(to, await sender.answer(to, postFrom({ card })), isKnown, sender),
});

/** Of the answer to somebody who is nobody here nothing is kept, since nothing follows it. */
async function answeredBy(
  to: ReplyAddress,
  message: MessageRef,
  isKnown: Promise<boolean>,
  sender: Sender,
): Promise<void> {
  if (await isKnown) await sender.answeredBy(to, message);
}

/**
 * What somebody sees whose click takes long. It stands where the answer will: in place of a card that works once, else in a
 * message of its own, since the card that was clicked is still needed.
 */
export function lateClick(use: Use, to: ReplyAddress, isKnown: Promise<boolean>, sender: Sender): Late {
  const post = postFrom({ card: working });
  const tell = (message: string | undefined) => async (card: Card) =>
    answeredBy(to, await sender.answer(to, postFrom({ card }), message), isKnown, sender);
  const clicked = worksOnce(use) ? use.replyToId : undefined;
  if (clicked !== undefined)
    return {
      answer: invokeCard(post.card),
      shown: isKnown.then((is) => (is ? sender.answeredInPlace(to, clicked) : undefined)),
      tell: tell(clicked),
    };
  // Where it can't be shown, the answer is the first that they see.
  const posted = sender.answer(to, post).catch(() => undefined);
  return {
    answer: invokeMessage(`${working.title} …`),
    shown: posted.then((message) => message && answeredBy(to, message, isKnown, sender)),
    tell: async (card) => tell((await posted)?.message)(card),
  };
}
