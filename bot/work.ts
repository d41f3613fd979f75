import { advance } from "./advance.ts";
import { answerLater } from "./answerLater.ts";
import { advanceBulk } from "./bulk.ts";
import type { WorkMessage } from "./core/store.ts";
import { deliver } from "./deliver.ts";
import { carryOnImport } from "./importing.ts";
import type { Parts } from "./parts.ts";
import { accessEnded, keepEnded } from "./reminders.ts";

/** So often the queue hands a message over; then it is put aside (`maxDequeueCount` in host.json). */
export const mostTries = 5;

/**
 * Handles one queue message. It may come twice, late or out of order; what is done follows from the records and from
 * what is true in Azure, never from the message.
 * @param tries how often it was handed over, this time included
 * @throws what is worth another try
 */
export async function work(message: WorkMessage, tries: number, parts: Parts): Promise<void> {
  switch (message.kind) {
    case "operation":
      return advance(message, parts);
    case "delivery":
      return deliver(message.member, message.id, parts);
    case "call":
      return answerLater(message, { isLastTry: tries >= mostTries }, parts);
    case "access":
      return accessEnded(message, parts);
    case "keep":
      return keepEnded(message, parts);
    case "bulk":
      return advanceBulk(message, parts);
    case "import":
      return carryOnImport(message, parts);
  }
}
