/** A role, as in its definition. */
export interface Role {
  readonly name: string;
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
}

const loginReads = [
  "Microsoft.Network/publicIPAddresses/read",
  "Microsoft.Network/virtualNetworks/read",
  "Microsoft.Network/loadBalancers/read",
  "Microsoft.Network/networkInterfaces/read",
  "Microsoft.Compute/virtualMachines/*/read",
  "Microsoft.HybridCompute/machines/*/read",
  "Microsoft.HybridConnectivity/endpoints/listCredentials/action",
];

const queues = "Microsoft.Storage/storageAccounts/queueServices/queues";
const tables = "Microsoft.Storage/storageAccounts/tableServices/tables";
const generateKey = "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action";
const containerActions = [
  ...["delete", "read", "write"].map(
    (verb) => `Microsoft.Storage/storageAccounts/blobServices/containers/${verb}`,
  ),
  generateKey,
];

/** The built-in roles that matter here, by GUID (Microsoft Learn, "Azure built-in roles", 2026). */
export const builtInRoles: Readonly<Record<string, Role>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": { name: "Owner", actions: ["*"] },
  "b24988ac-6180-42a0-ab88-20f7382dd24c": {
    name: "Contributor",
    actions: ["*"],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
    ],
  },
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": { name: "Reader", actions: ["*/read"] },
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": {
    name: "Role Based Access Control Administrator",
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "*/read",
      "Microsoft.Support/*",
    ],
  },
  "fb879df8-f326-4884-b1cf-06f3ad86be52": {
    name: "Virtual Machine User Login",
    actions: loginReads,
    dataActions: [
      "Microsoft.Compute/virtualMachines/login/action",
      "Microsoft.HybridCompute/machines/login/action",
    ],
  },
  "1c0163c0-47e6-4577-8991-ea5c82e286e4": {
    name: "Virtual Machine Administrator Login",
    actions: loginReads,
    dataActions: [
      "Microsoft.Compute/virtualMachines/login/action",
      "Microsoft.Compute/virtualMachines/loginAsAdmin/action",
      "Microsoft.HybridCompute/machines/login/action",
      "Microsoft.HybridCompute/machines/loginAsAdmin/action",
    ],
  },
  "9980e02c-c2be-4d73-94e8-173b1dc7cf3c": {
    name: "Virtual Machine Contributor",
    actions: [
      "Microsoft.Authorization/*/read",
      "Microsoft.Compute/disks/write",
      "Microsoft.Compute/disks/read",
      "Microsoft.Compute/disks/delete",
      "Microsoft.Compute/locations/*",
      "Microsoft.Compute/virtualMachines/*",
      "Microsoft.Compute/virtualMachineScaleSets/*",
      "Microsoft.Network/networkInterfaces/*",
      "Microsoft.Network/networkSecurityGroups/join/action",
      "Microsoft.Network/networkSecurityGroups/read",
      "Microsoft.Network/publicIPAddresses/join/action",
      "Microsoft.Network/publicIPAddresses/read",
      "Microsoft.Network/virtualNetworks/read",
      "Microsoft.Network/virtualNetworks/subnets/join/action",
      "Microsoft.Resources/deployments/*",
      "Microsoft.Resources/subscriptions/resourceGroups/read",
    ],
  },
  "4633458b-17de-408a-b874-0445c86b69e6": {
    name: "Key Vault Secrets User",
    actions: [],
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
  },
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": {
    name: "Key Vault Secrets Officer",
    actions: [
      "Microsoft.Authorization/*/read",
      "Microsoft.KeyVault/vaults/*/read",
      "Microsoft.Resources/deployments/*",
      "Microsoft.Resources/subscriptions/resourceGroups/read",
    ],
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
  },
  "f1a07417-d97a-45cb-824c-7a7467783830": {
    name: "Managed Identity Operator",
    actions: [
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
      "Microsoft.Authorization/*/read",
    ],
  },
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": {
    name: "Storage Blob Data Reader",
    actions: ["Microsoft.Storage/storageAccounts/blobServices/containers/read"],
    dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
  },
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": {
    name: "Storage Blob Data Contributor",
    actions: containerActions,
    dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"],
  },
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": {
    name: "Storage Blob Data Owner",
    actions: ["Microsoft.Storage/storageAccounts/blobServices/containers/*", generateKey],
    dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*"],
  },
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": {
    name: "Storage Queue Data Contributor",
    actions: ["delete", "read", "write"].map((verb) => `${queues}/${verb}`),
    dataActions: ["delete", "read", "write", "process/action"].map((verb) => `${queues}/messages/${verb}`),
  },
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": {
    name: "Storage Table Data Contributor",
    actions: ["read", "write", "delete"].map((verb) => `${tables}/${verb}`),
    dataActions: ["read", "write", "delete", "add/action", "update/action"].map(
      (verb) => `${tables}/entities/${verb}`,
    ),
  },
  "3913510d-42f4-4e42-8a64-420c390055eb": {
    name: "Monitoring Metrics Publisher",
    actions: [
      "Microsoft.Insights/Register/Action",
      "Microsoft.Support/*",
      "Microsoft.Resources/subscriptions/resourceGroups/read",
    ],
    dataActions: ["Microsoft.Insights/Metrics/Write", "Microsoft.Insights/Telemetry/Write"],
  },
};
