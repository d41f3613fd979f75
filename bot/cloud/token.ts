import type { TokenCredential } from "@azure/identity";
import { type Clock, minuteMs } from "../core/clock.ts";
import { AzureFault, PlatformUnwell } from "../core/errors.ts";
import type { Token, TokenSource } from "../core/token.ts";
import { secretClient } from "./secrets.ts";

export interface VaultTokenOptions {
  /** The vault's address. */
  readonly url: string;
  readonly credential: TokenCredential;
  /** The secret's name. */
  readonly secret: string;
  /** The token in the secret's value. Undefined: there is none yet. */
  readonly read: (value: string) => string | undefined;
  readonly clock: Clock;
}

/** The vault is read at most once in this time. */
const everyMs = minuteMs;
/** How long to wait for the vault's answer, including the identity's token. */
const patienceMs = 10_000;

/**
 * A token kept in the key vault, where people set it whenever they like. It is read if there is none that may be sent, at most once a
 * minute; callers in the meantime wait for the same answer. A Key Vault reference in a setting would be fetched only once a day
 * (Microsoft Learn, "Use Key Vault references", 2026).
 */
export function tokenInVault({ url, credential, secret, read, clock }: VaultTokenOptions): TokenSource {
  const client = secretClient(url, credential, { retryOptions: { maxRetries: 0 } });
  const refused = new Set<string>();
  let held: Token | undefined;
  let why = "";
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      const abortSignal = AbortSignal.timeout(patienceMs);
      const { value = "", properties } = await client.getSecret(secret, { abortSignal });
      const { version = "", enabled = true } = properties;
      const token = enabled ? read(value) : undefined;
      if (token === undefined) why = `the secret ${secret} in the key vault holds no token yet`;
      else if (refused.has(version)) why = `the token in the secret ${secret} is refused: set another one`;
      else held = { value: token, version };
    } catch (error) {
      // A new role isn't visible yet, the secret is disabled, the vault doesn't answer: all of that may pass.
      if (!(error instanceof AzureFault)) throw error;
      why = `the secret ${secret} can't be read: ${error.message}`;
    } finally {
      asking = undefined;
    }
  }

  return {
    get: async () => {
      if (held) return held;
      const now = clock.now().getTime();
      if (!asking && Math.abs(now - askedAt) >= everyMs) {
        askedAt = now;
        asking = ask();
      }
      await asking;
      if (held) return held;
      const wait = Math.ceil((askedAt + everyMs - clock.now().getTime()) / 1000);
      throw new PlatformUnwell(why, Math.min(Math.max(wait, 1), everyMs / 1000));
    },
    refuse: async ({ version }) => {
      refused.add(version);
      why = `the token in the secret ${secret} is refused: set another one`;
      if (held?.version === version) held = undefined;
    },
  };
}
