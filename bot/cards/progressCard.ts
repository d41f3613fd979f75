import type { Card } from "../core/card.ts";
import type { CardView, Operation } from "../core/operation.ts";
import { joined } from "../core/words.ts";

/** The one message about an operation. It says so where somebody else than its reader has asked for it. */
export function progressCard(operation: Operation, view: CardView): Card {
  const card = operation.card(view);
  const { by, replyTo } = view.operation;
  if (!by || !replyTo || (by.platform === replyTo.platform && by.id === replyTo.account)) return card;
  const said = `${by.name}, an admin, has asked for this.`;
  return { ...card, text: joined([said, card.text], "\n\n") };
}
