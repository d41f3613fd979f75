import type { Card, Reply } from "../../core/card.ts";
import type { HttpAnswer } from "../../core/platform.ts";
import { wellFormed } from "../../core/text.ts";
import { type AdaptiveCard, cardFrom, formFrom, summaryOf } from "./card.ts";

/** A reply as a card, with its text in one line. */
export const postFrom = (reply: Reply): { readonly card: AdaptiveCard; readonly summary: string } =>
  "form" in reply
    ? { card: formFrom(reply.form), summary: wellFormed(reply.form.title) }
    : { card: cardFrom(reply.card), summary: summaryOf(reply.card) };

/** Whether a reply says everything in its title and text. */
export const isShort = (reply: Reply): reply is { readonly card: Card } =>
  "card" in reply &&
  !reply.card.link &&
  [reply.card.buttons, reply.card.sections, reply.card.facts].every((part) => !part?.length);

/** The answer to a click is always HTTP 200 ("Universal Actions: request and response formats", 2026-01). */
const invoked = (statusCode: number, type: string, value: unknown): HttpAnswer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ statusCode, type: `application/vnd.microsoft.${type}`, value }),
});

/** Shown below the clicked card. */
export const invokeMessage = (text: string): HttpAnswer => invoked(200, "activity.message", text);
/** Replaces the clicked card. */
export const invokeCard = (card: AdaptiveCard): HttpAnswer => invoked(200, "card.adaptive", card);
export const invokeError = (message: string): HttpAnswer =>
  invoked(400, "error", { code: "BadRequest", message });
