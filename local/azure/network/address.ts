import { asWritten, type Kind, textAt } from "../arm/kind.ts";
import { limits } from "../compute/catalog.ts";
import { refuse } from "../errors.ts";
import { guidOf, ofType, type World } from "../world.ts";

export const addressType = "Microsoft.Network/publicIPAddresses";

export const publicAddresses: Kind = {
  type: addressType,
  seconds: { create: 3, update: 2, remove: 3 },
  prepare(write) {
    const { world, before } = write;
    if (!before && ofType(world, addressType).length >= limits.publicAddresses)
      throw refuse(
        400,
        "PublicIPCountLimitReached",
        `Cannot create more than ${limits.publicAddresses} public IP addresses for this subscription in this region.`,
      );
    const resource = asWritten(write);
    const sku = textAt(resource, "sku.name") ?? "Standard";
    const method = textAt(resource.properties, "publicIPAllocationMethod") ?? "Static";
    if (sku === "Standard" && method === "Dynamic")
      throw refuse(
        400,
        "StandardSkuPublicIPAddressesMustBeStatic",
        `Standard sku publicIp ${resource.id} must have AllocationMethod set to Static.`,
      );
    resource.sku = { name: sku, tier: "Regional" };
    resource.properties = {
      publicIPAddressVersion: "IPv4",
      idleTimeoutInMinutes: 4,
      ipTags: [],
      ...resource.properties,
      publicIPAllocationMethod: method,
      resourceGuid: before?.properties["resourceGuid"] ?? guidOf(`${resource.id}@${world.now}`),
      ipAddress: before?.properties["ipAddress"] ?? freeAddress(world),
      ...(before?.properties["ipConfiguration"]
        ? { ipConfiguration: before.properties["ipConfiguration"] }
        : {}),
    };
    return resource;
  },
  mayRemove(_world, address) {
    const holder = textAt(address.properties, "ipConfiguration.id");
    if (holder !== undefined)
      throw refuse(
        400,
        "PublicIPAddressCannotBeDeleted",
        `Public IP address ${address.id} can not be deleted since it is still allocated to resource ${holder}. In order to delete the public IP, disassociate/detach the Public IP address from the resource.`,
      );
  },
};

/** From 203.0.113.0/24, which is reserved for documentation (RFC 5737), then from 198.51.100.0/24. */
function freeAddress(world: World): string {
  const taken = new Set(ofType(world, addressType).map((address) => address.properties["ipAddress"]));
  for (const net of ["203.0.113", "198.51.100", "192.0.2"])
    for (let host = 1; host < 255; host += 1) if (!taken.has(`${net}.${host}`)) return `${net}.${host}`;
  throw refuse(400, "PublicIPCountLimitReached", "This simulator has no more public addresses.");
}
