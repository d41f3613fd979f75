import { DiscordAPIError, HTTPError, RateLimitError, REST } from "@discordjs/rest";
import { DeliveryRefused } from "../../core/errors.ts";

export interface ApiOptions {
  /** Without the version: `https://discord.com/api`. */
  readonly apiUrl: string;
  readonly botToken: string;
}

/** Discord's REST API v10, which never sleeps or repeats by itself: that is the queue's business. */
export const discordRest = ({ apiUrl, botToken }: ApiOptions): REST =>
  new REST({
    api: apiUrl,
    retries: 0,
    timeout: 10_000,
    rejectOnRateLimit: () => true,
    // No sweeping timers: a process of ours lives minutes.
    hashSweepInterval: 0,
    handlerSweepInterval: 0,
  }).setToken(botToken);

/**
 * What a failed call means for a delivery. Says nothing of the address: it may hold an interaction's token, which is a key.
 * `refused` is what a plain no stands for.
 */
export function refusalFrom(error: unknown, refused: "closed" | "gone"): DeliveryRefused {
  if (error instanceof DeliveryRefused) return error;
  if (error instanceof RateLimitError)
    return new DeliveryRefused("later", "Discord's rate limit", Math.ceil(error.retryAfter / 1000));
  if (error instanceof HTTPError) return new DeliveryRefused("later", `Discord answered ${error.status}`);
  if (error instanceof DiscordAPIError) {
    const message = "message" in error.rawError ? error.rawError.message : error.rawError.error;
    // 401: the bot's token is wrong; whoever runs the bot can mend that, and what is owed stays owed.
    const kind = error.status === 401 ? "later" : refused;
    return new DeliveryRefused(kind, `Discord answered ${error.status} ${error.code}: ${message}`);
  }
  const name = error instanceof Error ? error.name : "no reason";
  return new DeliveryRefused("later", `no answer from Discord (${name})`);
}
