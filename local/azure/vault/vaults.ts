import { asWritten, type Kind, textAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";

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
