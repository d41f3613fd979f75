import { referenceTo } from "../cards/operationCards.ts";
import type { Card, Reply } from "../core/card.ts";
import { knownName } from "../core/command.ts";
import { type Refusal, TooMany } from "../core/errors.ts";
import type { InboundCall, UnreadCall } from "../core/platform.ts";
import type { Words } from "../core/text.ts";
import type { Parts } from "../parts.ts";

/** The answer to an unexpected error. */
export function failed(
  call: Pick<UnreadCall, "id"> & Partial<Pick<InboundCall, "line">>,
  error: unknown,
  { log, commands }: Parts,
): Reply {
  if (error instanceof TooMany)
    return refusal(
      `Commands are coming in faster than I can take them. Wait ${error.seconds} ${error.seconds === 1 ? "second" : "seconds"}, then send this one again. Nothing was changed.`,
    );
  log.error("a call failed", error, { call: call.id, command: knownName(call.line?.command, commands) });
  return {
    card: {
      title: "Something went wrong on our side",
      tone: "bad",
      text: "Check the status before you try again. If it fails again, tell an admin.",
      footer: referenceTo(call.id),
    },
  };
}

/** The card of a reply where no form can open. */
export const cardOf = (reply: Reply): Card =>
  "card" in reply
    ? reply.card
    : {
        title: reply.form.title,
        tone: "info",
        buttons: [{ label: "Fill in", style: "primary", line: reply.form.line }],
      };

/** The answer to an error that the caller can fix. */
export const refused = ({ words, buttons }: Refusal): Reply => ({
  card: { ...refusal(words).card, buttons },
});

/** A plain refusal: a sentence without a headline, because nothing went wrong. */
export const refusal = (text: Words): { readonly card: Card } => ({
  card: { title: "", tone: "info", text, unchanged: true },
});
