import { callDelivery } from "../core/identifiers.ts";
import { mostTries } from "../core/store.ts";
import { stateOfMessage } from "../engine/task.ts";
import type { Task } from "../parts.ts";
import { answerLater } from "./answerLater.ts";

/** A call that is answered later. */
export const callTask: Task = {
  kind: "call",
  owes: callDelivery,
  run: (message, parts, tries) => answerLater(message, { isLastTry: tries >= mostTries }, parts),
  async state(message, parts) {
    const found = await parts.store.get(message.member, "call", message.id);
    return found && !found.value.done ? "overdue" : stateOfMessage(message, parts);
  },
};
