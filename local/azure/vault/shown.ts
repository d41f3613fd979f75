import { refuse } from "../errors.ts";
import type { Secret, SecretVersion } from "../state.ts";
import type { World } from "../world.ts";

const keptDays = 90;

/** A secret that isn't deleted. @throws AzureError */
export function live({ state }: World, name: string): Secret {
  const secret = state.secrets[name.toLowerCase()];
  if (!secret || secret.deletedAt !== undefined) throw missing(name);
  return secret;
}

/** A deleted secret that can be recovered. @throws AzureError */
export function deleted({ state }: World, name: string): Secret {
  const secret = state.secrets[name.toLowerCase()];
  if (secret?.deletedAt === undefined)
    throw refuse(404, "SecretNotFound", `Deleted secret not found: ${name}`);
  return secret;
}

export function newest(name: string, secret: Secret): SecretVersion {
  const version = secret.versions.at(-1);
  if (!version) throw missing(name);
  return version;
}

/** A version as in a list; without `version`, the secret itself. */
export const item = ({ url }: World, name: string, shown: SecretVersion, version?: string) => ({
  id: `${url}/secrets/${name}${version === undefined ? "" : `/${version}`}`,
  ...more(shown),
});

export const bundle = (world: World, name: string, version: SecretVersion) => ({
  value: version.value,
  ...item(world, name, version, version.version),
});

/** The same without the value, as in answers to calls that don't read it. */
export function valueless(world: World, name: string, version: SecretVersion) {
  const { value: _, ...rest } = bundle(world, name, version);
  return rest;
}

export function deletedBundle(world: World, name: string, secret: Secret) {
  const at = Math.floor((secret.deletedAt ?? 0) / 1000);
  return {
    ...valueless(world, name, newest(name, secret)),
    recoveryId: `${world.url}/deletedsecrets/${name}`,
    deletedDate: at,
    scheduledPurgeDate: at + keptDays * 86_400,
  };
}

const more = (version: SecretVersion) => ({
  attributes: attributes(version),
  ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
  ...(version.tags ? { tags: version.tags } : {}),
});

const attributes = ({ enabled, createdAt }: SecretVersion) => ({
  enabled,
  created: Math.floor(createdAt / 1000),
  updated: Math.floor(createdAt / 1000),
  recoveryLevel: "Recoverable+Purgeable",
  recoverableDays: keptDays,
});

export const missing = (name: string) =>
  refuse(
    404,
    "SecretNotFound",
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
