import * as z from "zod";
import { DeliveryRefused, NoAnswer, PlatformUnwell } from "../../core/errors.ts";

/** An error of botbuilder's client with the Bot Connector's answer. Without a status, no answer came. */
const failure = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  response: z.object({ headers: z.custom<{ get(name: string): string | undefined }>() }).optional(),
});

/** The bot's identity gets no token: errors of @azure/identity, of which botbuilder has its own copy. */
const noToken = new Set([
  "AggregateAuthenticationError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "CredentialUnavailableError",
]);

/** No answer came, or none that could be read. */
const noAnswer = new Set(["RestError", "AbortError", "ZodError"]);

/** Codes that botbuilder's client creates itself (@azure/core-rest-pipeline). */
const clientCodes = new Set(["PARSE_ERROR", "REQUEST_SEND_ERROR"]);

/**
 * What a failed call means for a delivery ("Send proactive messages" and "Rate limiting for bots", 2026-01). 403 and 404: not installed
 * for that person, or blocked by them; 401 and 412: the bot is set up incorrectly, which isn't the message's fault. What can't even be
 * sent never will be. `missing` is the meaning of 404.
 */
export function refusalFrom(error: unknown, missing: "closed" | "gone"): DeliveryRefused {
  if (error instanceof DeliveryRefused) return error;
  // Doesn't mention the address, which holds people's ids.
  const name = error instanceof Error ? error.name : "no reason";
  if (noToken.has(name)) return new PlatformUnwell(`the bot's identity gets no token for Teams (${name})`);
  const { statusCode, code = "", response } = failure.safeParse(error).data ?? {};
  if (statusCode === undefined) {
    if (noAnswer.has(name)) return new NoAnswer(`no answer from Teams (${name} ${code})`);
    return new DeliveryRefused("closed", `this can't be sent to Teams (${name} ${code})`);
  }
  const message = `Teams answered ${statusCode} ${code}`;
  const seconds = secondsFrom(response?.headers.get("retry-after"));
  if (statusCode === 401 || statusCode === 412) return new PlatformUnwell(message, seconds);
  if (statusCode === 429 && seconds !== undefined) return new DeliveryRefused("limited", message, seconds);
  // The Bot Connector's own refusals have a code. One without comes from something on the way, such as a proxy, and may pass.
  const isTheirs = statusCode >= 400 && code !== "" && !clientCodes.has(code);
  if (statusCode === 408 || statusCode === 429 || statusCode >= 500 || !isTheirs)
    return new DeliveryRefused("passing", message, seconds);
  return new DeliveryRefused(statusCode === 404 ? missing : "closed", message);
}

const secondsFrom = (header: unknown): number | undefined => {
  const seconds = Math.ceil(Number(header ?? Number.NaN));
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};
