import type { Token, TokenSource } from "../../core/token.ts";
import { type DiscordApi, discordApi, isUnauthorized } from "./api.ts";

/** The token was refused to somebody else meanwhile. */
class TokenGone extends Error {
  override readonly name = "TokenGone";
}

/**
 * Calls Discord as the bot. With a token that it has refused once no request leaves any more, not even one that waits in the
 * library: after 10,000 refusals in ten minutes Discord blocks the address ("Rate Limits", 2026-01). Where there is another token
 * by then, the calls are made once more with that one.
 * @param patienceMs for how long a call may wait for Discord's limits
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
