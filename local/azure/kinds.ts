import { roleAssignments, roleDefinitions } from "./access/assignments.ts";
import { resourceGroups } from "./arm/groups.ts";
import type { Kind } from "./arm/kind.ts";
import { plainKinds } from "./arm/plain.ts";
import { disks, snapshots } from "./compute/disk.ts";
import { extensions } from "./compute/extension.ts";
import { virtualMachines } from "./compute/machine.ts";
import { runCommands } from "./compute/runCommand.ts";
import { scaleSets } from "./compute/scaleSet.ts";
import { userAssignedIdentities } from "./identity/principals.ts";
import { publicAddresses } from "./network/address.ts";
import { networkInterfaces } from "./network/interface.ts";
import { subnets, virtualNetworks } from "./network/network.ts";
import { securityGroups, securityRules } from "./network/security.ts";
import { vaultSecrets, vaults } from "./vault/vaults.ts";

/** All resource types that the simulator knows. */
export const kinds: readonly Kind[] = [
  resourceGroups,
  virtualMachines,
  runCommands,
  extensions,
  scaleSets,
  disks,
  snapshots,
  networkInterfaces,
  publicAddresses,
  securityGroups,
  securityRules,
  virtualNetworks,
  subnets,
  userAssignedIdentities,
  roleAssignments,
  roleDefinitions,
  vaults,
  vaultSecrets,
  ...plainKinds,
];

const byType = new Map(kinds.map((kind) => [kind.type.toLowerCase(), kind]));

export const kindOf = (type: string): Kind | undefined => byType.get(type.toLowerCase());
