import { AzureError } from "../errors.ts";
import type { Secret, SecretVersion } from "../state.ts";
import { newGuid, type World } from "../world.ts";
import { nameIsTaken } from "./vaults.ts";

/** Sets a new value; earlier ones stay as older versions. */
export function addVersion(
  world: World,
  name: string,
  given: {
    readonly value: string;
    readonly contentType?: string | undefined;
    readonly tags?: Record<string, string> | undefined;
    readonly enabled?: boolean | undefined;
  },
): SecretVersion {
  const { value, contentType, tags, enabled = true } = given;
  const secret = world.state.secrets[name.toLowerCase()] ?? { versions: [] };
  if (isBeingDeleted(world, secret)) throw beingDeleted();
  if (secret.deletedAt !== undefined)
    throw new AzureError(409, {
      code: "Conflict",
      message: nameIsTaken(name),
      // Specific to Key Vault; Resource Manager's errors don't have this part.
      innererror: { code: "ObjectIsDeletedButRecoverable" },
    });
  const version: SecretVersion = {
    version: newGuid(world).replaceAll("-", ""),
    value,
    ...(contentType === undefined ? {} : { contentType }),
    ...(tags ? { tags } : {}),
    enabled,
    createdAt: world.now,
  };
  secret.versions.push(version);
  world.state.secrets[name.toLowerCase()] = secret;
  world.changed = true;
  return version;
}

/** Simulated seconds that a deletion takes, during which the name is neither free nor recoverable. */
const deletionSeconds = 5;

export const isBeingDeleted = (world: World, { deletedAt }: Secret): boolean =>
  deletedAt !== undefined && world.now - deletedAt < deletionSeconds * 1000;

/** hashicorp/terraform-provider-azurerm#10454 (2021). */
export const beingDeleted = () =>
  new AzureError(409, {
    code: "Conflict",
    message: "Secret is currently being deleted.",
    innererror: { code: "ObjectIsBeingDeleted" },
  });
