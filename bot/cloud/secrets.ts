import type { TokenCredential } from "@azure/identity";
import { SecretClient, type SecretClientOptions } from "@azure/keyvault-secrets";
import { AzureFault } from "../core/errors.ts";
import { absent } from "./faults.ts";
import { wire } from "./wire.ts";

/** The bot may create an empty secret and see that it exists. It reads no secret's value except its own token (`token.ts`). */
export interface Vault {
  exists(name: string): Promise<boolean>;
  create(name: string): Promise<void>;
  /** Overwrites an existing one with an empty value. */
  empty(name: string): Promise<void>;
  /** When each last changed, by its name. */
  changes(): Promise<Readonly<Record<string, string>>>;
}

// Key Vault in each of Azure's clouds.
const ownDomain = /\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)$/;

/** A client of the vault's secrets. Every failure is an `AzureFault`. */
export const secretClient = (
  url: string,
  credential: TokenCredential,
  options: Pick<SecretClientOptions, "retryOptions"> = {},
): SecretClient =>
  new SecretClient(url, credential, {
    // The vault names the resource for the token; if the vault isn't under one of Azure's domains, the two can't agree.
    disableChallengeResourceVerification: !ownDomain.test(new URL(url).hostname),
    ...wire("Key Vault"),
    ...options,
  });

export function keyVault(url: string, credential: TokenCredential): Vault {
  const client = secretClient(url, credential);

  async function exists(name: string): Promise<boolean> {
    // A GET of the secret would require the right to read it.
    const first = await absent(client.listPropertiesOfSecretVersions(name).next());
    return first?.value !== undefined;
  }

  const setEmpty = (name: string) => client.setSecret(name, "{}", { contentType: "application/json" });

  async function empty(name: string): Promise<void> {
    if (await exists(name)) await setEmpty(name);
  }

  async function create(name: string): Promise<void> {
    if (await exists(name)) return;
    try {
      await setEmpty(name);
    } catch (error) {
      if (!(error instanceof AzureFault) || error.status !== 409) throw error;
      if (error.code === "ObjectIsDeletedButRecoverable") await client.beginRecoverDeletedSecret(name);
      else if (error.code !== "ObjectIsBeingRecovered") throw error;
    }
  }

  async function changes(): Promise<Readonly<Record<string, string>>> {
    const found: Record<string, string> = {};
    for await (const { name, updatedOn, createdOn } of client.listPropertiesOfSecrets()) {
      const at = updatedOn ?? createdOn;
      if (at) found[name] = at.toISOString();
    }
    return found;
  }

  return { exists, create, empty, changes };
}
