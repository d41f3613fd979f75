import {
  DefaultRestOptions,
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  type RequestData,
  type RouteLike,
} from "@discordjs/rest";
import { RESTJSONErrorCodes } from "discord-api-types/v10";
import { DeliveryRefused, NoAnswer, PlatformUnwell } from "../../core/errors.ts";
import { given } from "../../core/given.ts";
import type { Token, TokenSource } from "../../core/token.ts";

/** Discord's REST API v10. */
export interface DiscordApi {
  get(route: RouteLike, options?: RequestData): Promise<unknown>;
  post(route: RouteLike, options?: RequestData): Promise<unknown>;
  patch(route: RouteLike, options?: RequestData): Promise<unknown>;
  put(route: RouteLike, options?: RequestData): Promise<unknown>;
}

/**
 * Discord's REST API. By default it neither waits nor retries, because the queue does that. The library doesn't get the token, because
 * it would forget it at the first 401, about which `asBot` knows more.
 * @param apiUrl without the version: `https://discord.com/api`
 * @param authorization asked just before a request leaves; what it throws keeps the request from leaving
 * @param patienceMs how long a call may wait for Discord's limits
 */
export function discordApi(apiUrl: string, authorization?: () => string, patienceMs = 0): DiscordApi {
  const rest = new REST({
    api: apiUrl,
    retries: 0,
    timeout: 10_000,
    rejectOnRateLimit: ({ retryAfter }) => patienceMs === 0 || retryAfter > patienceMs,
    // No sweeping timers: the bot's processes live only minutes.
    hashSweepInterval: 0,
    handlerSweepInterval: 0,
    makeRequest: async (url, init) =>
      DefaultRestOptions.makeRequest(url, {
        ...init,
        headers: { ...init.headers, ...(authorization && { authorization: authorization() }) },
      }),
  });
  const bare = { auth: false } as const;
  return {
    get: (route, options) => rest.get(route, { ...options, ...bare }),
    post: (route, options) => rest.post(route, { ...options, ...bare }),
    patch: (route, options) => rest.patch(route, { ...options, ...bare }),
    put: (route, options) => rest.put(route, { ...options, ...bare }),
  };
}

/** Discord doesn't know the caller. A 401 without a Discord code comes from something in between, and says nothing about the token. */
const isUnauthorized = (error: unknown): boolean =>
  error instanceof DiscordAPIError && error.status === 401 && typeof error.code === "number";

/** The person a call is about doesn't exist, or isn't on this server. */
export const isNobody = (error: unknown): boolean =>
  error instanceof DiscordAPIError &&
  (error.code === RESTJSONErrorCodes.UnknownMember || error.code === RESTJSONErrorCodes.UnknownUser);

/** There is no answer to edit: not yet, or no longer. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof DiscordAPIError &&
  (error.code === RESTJSONErrorCodes.UnknownWebhook || error.code === RESTJSONErrorCodes.UnknownMessage);

/** The channel doesn't exist, or its person accepts nothing in it. */
export const isDeadChannel = (error: unknown): boolean =>
  error instanceof DiscordAPIError &&
  (error.code === RESTJSONErrorCodes.UnknownChannel ||
    error.code === RESTJSONErrorCodes.CannotSendMessagesToThisUser);

/**
 * What a failed call means for a delivery. Doesn't mention the address, which may hold an interaction's token, and that is a key.
 * `refused` is the meaning of a plain refusal.
 */
export function refusalFrom(error: unknown, refused: "closed" | "gone"): DeliveryRefused {
  if (error instanceof DeliveryRefused) return error;
  if (error instanceof RateLimitError)
    return new DeliveryRefused("limited", "Discord's rate limit", error.retryAfter / 1000);
  if (error instanceof HTTPError) return new DeliveryRefused("passing", `Discord answered ${error.status}`);
  if (error instanceof DiscordAPIError) return refusalOf(error, refused);
  const name = error instanceof Error ? error.name : "no reason";
  return new NoAnswer(`no answer from Discord (${name})`);
}

/** Discord's own refusals have a code. One without comes from something on the way, or is Discord's for this address. */
function refusalOf({ status, code, rawError }: DiscordAPIError, refused: "closed" | "gone"): DeliveryRefused {
  const reason = "message" in rawError ? rawError.message : rawError.error;
  const message = `Discord answered ${status} ${code}: ${reason}`;
  if (status === 408) return new DeliveryRefused("passing", message);
  if (typeof code !== "number") {
    const blocked = `Discord answered ${status} without a reason: Discord, or a proxy in front of it, may be blocking the bot's address`;
    return status === 401 || status === 403
      ? new PlatformUnwell(blocked)
      : new DeliveryRefused("passing", blocked);
  }
  if (code === RESTJSONErrorCodes.OpeningDirectMessagesTooFast)
    return new DeliveryRefused("limited", message, openingSeconds);
  const isGone = code === RESTJSONErrorCodes.UnknownMessage || code === RESTJSONErrorCodes.UnknownChannel;
  return new DeliveryRefused(refused === "gone" && isGone ? "gone" : "closed", message);
}

/** Discord doesn't say for how long ("Opcodes and Status Codes", 2026-01). */
const openingSeconds = 10;

/**
 * A bot's token as it was pasted or read from a file: with clean ends, and without the `Bot ` that precedes it in a request.
 * Undefined if there is none, or if it has characters that no token has and no request could carry.
 */
export function tokenIn(text: string): string | undefined {
  const token = given(given(text)?.replace(/^bot(\s+|$)/i, ""));
  return token !== undefined && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

/** The token was refused to another call in the meantime. */
class TokenGone extends Error {
  override readonly name = "TokenGone";
}

/**
 * Calls Discord as the bot. Once a token was refused, no request leaves with it, not even one that is waiting in the library: after
 * 10,000 refusals in ten minutes, Discord blocks the address ("Rate Limits", 2026-01). If there is another token by then, the calls
 * are repeated with that one.
 * @param patienceMs how long a call may wait for Discord's limits
 * @throws PlatformUnwell while there is no token
 */
export function asBot(
  apiUrl: string,
  tokens: TokenSource,
  patienceMs = 0,
): <T>(calls: (api: DiscordApi) => Promise<T>) => Promise<T> {
  const refused = new Set<string>();
  let current: { readonly version: string; readonly api: DiscordApi } | undefined;
  const apiWith = ({ value, version }: Token) => ({
    version,
    api: discordApi(
      apiUrl,
      () => {
        if (refused.has(version)) throw new TokenGone();
        return `Bot ${value}`;
      },
      patienceMs,
    ),
  });
  return async (calls) => {
    for (;;) {
      const token = await tokens.get();
      if (current?.version !== token.version) current = apiWith(token);
      try {
        return await calls(current.api);
      } catch (error) {
        if (!(error instanceof TokenGone) && !isUnauthorized(error)) throw error;
        refused.add(token.version);
        await tokens.refuse(token);
      }
    }
  };
}
