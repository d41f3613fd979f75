import type { TokenCredential } from "@azure/identity";
import { SecretClient, type SecretClientOptions } from "@azure/keyvault-secrets";
import { AzureFault } from "../core/errors.ts";
import { absent } from "./faults.ts";
import { wire } from "./wire.ts";

/** The bot may make an empty secret and see that there is one; it reads the value of none but its own token (`token.ts`). */
export interface Vault {
  exists(name: string): Promise<boolean>;
  create(name: string): Promise<void>;
  /** Writes an empty value over one that is there. */
  empty(name: string): Promise<void>;
  /** When each was changed last, by its name. */
  changes(): Promise<Readonly<Record<string, string>>>;
}

// Key Vault in each of Azure's clouds.
const ownDomain = /\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)$/;

/** A client of the vault's secrets; every failure is an `AzureFault`. */
export const secretClient = (
  url: string,
  credential: TokenCredential,
  options: Pick<SecretClientOptions, "retryOptions"> = {},
): SecretClient =>
  new SecretClient(url, credential, {
    // The vault names the resource that a token is asked for; under another name than Azure's the two can't agree.
    disableChallengeResourceVerification: !ownDomain.test(new URL(url).hostname),
    ...wire("Key Vault"),
    ...options,
  });

export function keyVault(url: string, credential: TokenCredential): Vault {
  const client = secretClient(url, credential);

  async function exists(name: string): Promise<boolean> {
    // A GET of the secret would need the right to read it.
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
