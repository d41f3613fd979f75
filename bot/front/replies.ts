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
  return refusal(
    "Something went wrong on our side. Check the status before you try again. If it fails again, tell an admin.",
    call.id,
  );
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

/** A plain refusal. */
export function refusal(text: Words, correlation?: string): { card: Card } {
  return {
    card: { title: text, tone: "bad", ...(correlation ? { footer: `Reference ${correlation}` } : {}) },
  };
}
