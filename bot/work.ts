import { advance } from "./advance.ts";
import { advanceBulk } from "./bulk.ts";
import { answerRoutes } from "./core/begin.ts";
import { Conflict } from "./core/errors.ts";
import { callDelivery } from "./core/identifiers.ts";
import type { WorkMessage } from "./core/store.ts";
import { deliver } from "./deliver.ts";
import { carryOnImport } from "./importing.ts";
import type { Parts } from "./parts.ts";
import { cardOf, runDeferred } from "./receive.ts";
import { accessEnded, keepEnded } from "./reminders.ts";

/**
 * Handles one queue message. It may come twice, late or out of order; what is done follows from the records and from
 * what is true in Azure, never from the message.
 */
export async function work(message: WorkMessage, parts: Parts): Promise<void> {
  switch (message.kind) {
    case "operation":
      return advance(message, parts);
    case "delivery":
      return deliver(message.member, message.id, parts);
    case "call":
      return answerLater(message, parts);
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

/** Runs a call that was put off, and owes its answer. */
async function answerLater(message: WorkMessage, parts: Parts): Promise<void> {
  const { store } = parts;
  const answer = callDelivery(message.id);
  const row = await store.get(message.member, "call", message.id);
  if (!row) return;
  if (!row.value.done) {
    const reply = await runDeferred(row.value, parts);
    try {
      await store.commit(message.member, [
        { kind: "call", id: row.value.id, value: { ...row.value, done: true }, etag: row.etag },
        {
          kind: "delivery",
          id: answer,
          value: {
            id: answer,
            to: row.value.replyTo,
            routes: answerRoutes,
            card: cardOf(reply),
            revision: 1,
            sent: 0,
            tries: 0,
            status: "open",
          },
        },
      ]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  await deliver(message.member, answer, parts);
}
