import * as z from "zod";
import { DeliveryRefused } from "../../core/errors.ts";

/** An error of botbuilder's client for what the Bot Connector answered; without a status no answer came. */
const failure = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  response: z.object({ headers: z.custom<{ get(name: string): string | undefined }>() }).optional(),
});

/**
 * What a failed call means for a delivery ("Send proactive messages" and "Rate limiting for bots", 2026-01). 403 and 404: not
 * installed for that person, or blocked by them; 412, 429 and 5xx pass. `missing` is what 404 stands for.
 */
export function refusalFrom(error: unknown, missing: "closed" | "gone"): DeliveryRefused {
  if (error instanceof DeliveryRefused) return error;
  const { statusCode, code = "", response } = failure.safeParse(error).data ?? {};
  // Says nothing of the address: it holds people's ids.
  const name = error instanceof Error ? error.name : "no reason";
  if (statusCode === undefined) return new DeliveryRefused("later", `no answer from Teams (${name} ${code})`);
  const message = `Teams answered ${statusCode} ${code}`;
  // 401: the bot's identity is set up wrongly; whoever runs the bot can mend that, and what is owed stays owed.
  if (statusCode === 401 || statusCode === 412 || statusCode === 429 || statusCode >= 500)
    return new DeliveryRefused("later", message, secondsFrom(response?.headers.get("retry-after")));
  return new DeliveryRefused(statusCode === 404 ? missing : "closed", message);
}

const secondsFrom = (header: unknown): number | undefined => {
  const seconds = Math.ceil(Number(header ?? Number.NaN));
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};
