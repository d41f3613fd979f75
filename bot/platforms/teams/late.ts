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

/** Whoever writes a message sees that the bot is typing; the answer is a message. */
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
 * What somebody sees whose click takes long. It stands where the answer will: in place of a card that works once, else in a
 * message of its own, since the card that was clicked is still needed. Of who is nobody here nothing is kept, since nothing follows.
 * @param leavesIn in so many milliseconds at the latest Teams hears that the answer follows
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
  // Where it can't be shown, the answer is the first that they see.
  const posted = sender.answer(to, post, { followed: isKnown }).catch(() => undefined);
  return {
    answer: invokeMessage(`${working.title} …`),
    shown: posted.then(() => undefined),
    tell: async (card) => tell((await posted)?.message)(card),
  };
}
