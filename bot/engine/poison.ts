import type { Card } from "../core/card.ts";
import { operationId } from "../core/identifiers.ts";
import type { Periodic } from "../parts.ts";
import { tellAdmins } from "./tell.ts";

/** A message that failed five times. Its due row brings the work back; the admins hear that something is wrong. */
export const poison: Periodic = {
  name: "poison",
  run: (parts) =>
    parts.queue.drainPoison((message) => {
      parts.log.info("a piece of work was put aside", { message });
      return tellAdmins(operationId(`poison ${message}`), poisonCard(message), parts);
    }),
};

const poisonCard = (message: string): Card => ({
  title: "A step of the bot failed five times",
  tone: "bad",
  text: "It is tried again every minute. The bot's log says why it fails.",
  footer: message.slice(0, 200),
});
