import type { CloudPlace } from "../core/cloud.ts";
import { namesOf } from "../core/names.ts";
import type { Clients } from "./clients.ts";
import { resourceId } from "./ids.ts";

/** One member's instance: its names, where it is, and the clients for there. */
export function targetOf(key: string, place: CloudPlace, clients: Clients, vaultId: string) {
  const names = namesOf(key);
  return {
    key,
    names,
    place,
    group: place.resourceGroup,
    ...clients,
    identityId: resourceId(place, "Microsoft.ManagedIdentity/userAssignedIdentities", names.identity),
    homeDiskId: resourceId(place, "Microsoft.Compute/disks", names.homeDisk),
    secretId: `${vaultId}/secrets/${names.secret}`,
    loginScopes: [
      resourceId(place, "Microsoft.Compute/virtualMachines", names.vm),
      resourceId(place, "Microsoft.Network/networkInterfaces", names.nic),
      resourceId(place, "Microsoft.Network/publicIPAddresses", names.publicIp),
    ],
  };
}

export type Target = ReturnType<typeof targetOf>;
