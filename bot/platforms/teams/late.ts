import type { Card } from "../../core/card.ts";
import type { HttpAnswer, Late, ReplyAddress } from "../../core/platform.ts";
import { type Use, worksOnce } from "./activity.ts";
import { invokeCard, invokeMessage, postFrom } from "./render.ts";
import type { Sender } from "./send.ts";

const working: Card = {
  title: "Working on it",
  tone: "working",
  text: "This takes longer than usual. The answer will replace this card.",
};

/** Someone who writes a message sees that the bot is typing; the answer is a message. */
export const lateMessage = (
  answer: HttpAnswer,
  typing: Promise<void>,
  to: ReplyAddress,
  sender: Sender,
): Late => ({
  answer,
  shown: typing,
  showsNothing: true,
  tell: async (card) => void (await sender.answer(to, postFrom({ card }))),
});

/**
 * What someone sees whose click takes long. It is where the answer will be: in place of a card that works once, otherwise in a message
 * of its own, because the clicked card is still needed. For strangers nothing is kept, because nothing follows.
 * @param leavesIn the latest time, in milliseconds, at which Teams hears that the answer will follow
 */
export function lateClick(
  use: Use,
  to: ReplyAddress,
  isKnown: Promise<boolean>,
  leavesIn: number,
  sender: Sender,
): Late {
  const post = postFrom({ card: working });
  const tell = (message: string | undefined) => async (card: Card) =>
    void (await sender.answer(to, postFrom({ card }), { replaced: message }));
  const clicked = worksOnce(use) ? use.replyToId : undefined;
  if (clicked !== undefined)
    return {
      answer: invokeCard(post.card),
      shown: isKnown.then((is) => (is ? sender.answeredInPlace(to, clicked, leavesIn) : undefined)),
      tell: tell(clicked),
    };
  // If it can't be shown, the answer is the first thing they see.
  const posted = sender.answer(to, post, { followed: isKnown }).catch(() => undefined);
  return {
    answer: invokeMessage(`${working.title} …`),
    shown: posted.then(() => undefined),
    tell: async (card) => tell((await posted)?.message)(card),
  };
}
