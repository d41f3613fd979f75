/**
 * The operations that the bot's roles name or cover, each as it stands in Microsoft's lists ("Azure permissions",
 * MicrosoftDocs/azure-docs, articles/role-based-access-control/permissions). Looked up one by one in November 2026 in the
 * commits below, the newest to be had. A name that is not in such a list grants nothing, and Azure does not say so.
 */
interface Page {
  readonly commit: string;
  readonly actions: readonly string[];
  readonly dataActions?: readonly string[];
}

const pages: Readonly<Record<string, Page>> = {
  "compute.md": {
    commit: "0a78fc6707040f09e15ce3499f2758b755a39448",
    actions: [
      "Microsoft.Compute/disks/read",
      "Microsoft.Compute/disks/write",
      "Microsoft.Compute/disks/delete",
      "Microsoft.Compute/disks/beginGetAccess/action",
      "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read",
      "Microsoft.Compute/locations/usages/read",
      "Microsoft.Compute/skus/read",
      "Microsoft.Compute/snapshots/read",
      "Microsoft.Compute/snapshots/write",
      "Microsoft.Compute/snapshots/delete",
      "Microsoft.Compute/snapshots/beginGetAccess/action",
      "Microsoft.Compute/virtualMachines/read",
      "Microsoft.Compute/virtualMachines/write",
      "Microsoft.Compute/virtualMachines/delete",
      "Microsoft.Compute/virtualMachines/start/action",
      "Microsoft.Compute/virtualMachines/restart/action",
      "Microsoft.Compute/virtualMachines/deallocate/action",
      "Microsoft.Compute/virtualMachines/extensions/read",
      "Microsoft.Compute/virtualMachines/extensions/write",
      "Microsoft.Compute/virtualMachines/extensions/delete",
      "Microsoft.Compute/virtualMachines/runCommands/read",
      "Microsoft.Compute/virtualMachines/runCommands/write",
      "Microsoft.Compute/virtualMachines/runCommands/delete",
      // No operation to join or attach stands there for a scale set.
      "Microsoft.Compute/virtualMachineScaleSets/read",
      "Microsoft.Compute/virtualMachineScaleSets/write",
    ],
  },
  "networking.md": {
    commit: "941b3613f47ad1d29b97ed5e560a739bd547fc0c",
    actions: [
      "Microsoft.Network/networkInterfaces/read",
      "Microsoft.Network/networkInterfaces/write",
      "Microsoft.Network/networkInterfaces/delete",
      "Microsoft.Network/networkInterfaces/join/action",
      "Microsoft.Network/networkSecurityGroups/read",
      "Microsoft.Network/networkSecurityGroups/write",
      "Microsoft.Network/networkSecurityGroups/delete",
      "Microsoft.Network/networkSecurityGroups/join/action",
      "Microsoft.Network/networkSecurityGroups/securityRules/write",
      "Microsoft.Network/networkSecurityGroups/securityRules/delete",
      "Microsoft.Network/publicIPAddresses/read",
      "Microsoft.Network/publicIPAddresses/write",
      "Microsoft.Network/publicIPAddresses/delete",
      "Microsoft.Network/publicIPAddresses/join/action",
      "Microsoft.Network/virtualNetworks/read",
      "Microsoft.Network/virtualNetworks/subnets/join/action",
    ],
  },
  "identity.md": {
    commit: "18ea00a34a43ae6863d5694be3c1ccb97a264b7c",
    actions: [
      "Microsoft.ManagedIdentity/userAssignedIdentities/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/write",
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    ],
  },
  "management-and-governance.md": {
    commit: "f295d54dd810847c5ea04ac00087d674b37b425b",
    actions: [
      "Microsoft.Authorization/permissions/read",
      "Microsoft.Authorization/roleAssignments/read",
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "Microsoft.Resources/deployments/read",
      "Microsoft.Resources/deployments/write",
      "Microsoft.Resources/deployments/delete",
      "Microsoft.Resources/deployments/cancel/action",
      "Microsoft.Resources/deployments/operations/read",
    ],
  },
  "security.md": {
    commit: "7d8682a53ed0bf43fb26b5f445de396d78e7fb69",
    actions: [],
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
      "Microsoft.KeyVault/vaults/secrets/setSecret/action",
      "Microsoft.KeyVault/vaults/secrets/recover/action",
      // Asked for and never granted: test/bot/rights.slow.test.ts.
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
    ],
  },
};

/** All of them, by plane. */
export const operations = {
  actions: Object.values(pages).flatMap(({ actions }) => actions),
  dataActions: Object.values(pages).flatMap(({ dataActions = [] }) => dataActions),
};
