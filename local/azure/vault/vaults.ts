import { asWritten, type Kind, textAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import { newGuid } from "../world.ts";

/** Key vaults, control plane. There is one data plane, at the simulator's own address; it is the first vault's. */
export const vaults: Kind = {
  type: "Microsoft.KeyVault/vaults",
  seconds: { create: 10, update: 2, remove: 0 },
  prepare(write) {
    const resource = asWritten(write);
    if (!/^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(resource.name))
      throw refuse(
        400,
        "VaultNameNotValid",
        `The vault name '${resource.name}' is invalid. A vault's name must be between 3-24 alphanumeric characters.`,
      );
    if (!textAt(resource.properties, "tenantId"))
      throw refuse(400, "BadRequest", "The property tenantId is required.");
    resource.properties = {
      enableSoftDelete: true,
      enableRbacAuthorization: true,
      ...resource.properties,
      vaultUri: `${write.world.url}/`,
    };
    return resource;
  },
};

/** Secrets as written by a template: each write is a new version. Resource Manager never shows a value. */
export const vaultSecrets: Kind = {
  type: "Microsoft.KeyVault/vaults/secrets",
  seconds: { create: 0, update: 0, remove: 0 },
  prepare(write) {
    const { world } = write;
    const resource = asWritten(write);
    const { value, ...properties } = resource.properties;
    const contentType = textAt(properties, "contentType");
    const secret = world.state.secrets[resource.name.toLowerCase()] ?? { versions: [] };
    if (secret.deletedAt !== undefined) throw refuse(409, "Conflict", nameIsTaken(resource.name));
    secret.versions.push({
      version: newGuid(world).replaceAll("-", ""),
      value: String(value),
      ...(contentType === undefined ? {} : { contentType }),
      enabled: true,
      createdAt: world.now,
    });
    world.state.secrets[resource.name.toLowerCase()] = secret;
    resource.properties = { ...properties, secretUri: `${world.url}/secrets/${resource.name}` };
    return resource;
  },
};

/** A deleted secret keeps its name until it is recovered or purged; until then, neither plane can create another. */
export const nameIsTaken = (name: string) =>
  `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
