import { PlatformUnwell } from "../../../../bot/core/errors.ts";
import type { Token, TokenSource } from "../../../../bot/core/token.ts";

/** A source of tokens that holds what it is given, and remembers what was refused. */
export function tokensFor(value: string) {
  let held: Token | undefined = { value, version: "1" };
  const refused: string[] = [];
  let asked = 0;
  const source: TokenSource = {
    get: async () => {
      asked += 1;
      if (!held || refused.includes(held.version)) throw new PlatformUnwell("there is no token", 60);
      return held;
    },
    refuse: async ({ version }) => {
      refused.push(version);
    },
  };
  return {
    ...source,
    refused,
    asked: () => asked,
    /** Another version, or none. */
    set(next: Token | undefined) {
      held = next;
    },
  };
}
