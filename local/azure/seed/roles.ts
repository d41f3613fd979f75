/** The bot's rights as `main.bicep` will grant them: three custom roles on Azure's resources, one on the vault's secrets. */

/** On the subscription: quota, sizes and image versions are asked there. */
export const subscriptionReads = [
  "Microsoft.Compute/skus/read",
  "Microsoft.Compute/locations/*/read",
  "Microsoft.Network/locations/usages/read",
];

/** On the group of the instances. */
export const instanceRights = [
  "Microsoft.Resources/deployments/*",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Compute/virtualMachines/read",
  "Microsoft.Compute/virtualMachines/write",
  "Microsoft.Compute/virtualMachines/delete",
  "Microsoft.Compute/virtualMachines/instanceView/read",
  "Microsoft.Compute/virtualMachines/start/action",
  "Microsoft.Compute/virtualMachines/restart/action",
  "Microsoft.Compute/virtualMachines/powerOff/action",
  "Microsoft.Compute/virtualMachines/deallocate/action",
  "Microsoft.Compute/virtualMachines/runCommands/*",
  "Microsoft.Compute/virtualMachines/extensions/*",
  "Microsoft.Compute/virtualMachineScaleSets/read",
  "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read",
  "Microsoft.Compute/disks/read",
  "Microsoft.Compute/disks/write",
  "Microsoft.Compute/disks/delete",
  "Microsoft.Compute/disks/beginGetAccess/action",
  "Microsoft.Network/networkInterfaces/read",
  "Microsoft.Network/networkInterfaces/write",
  "Microsoft.Network/networkInterfaces/delete",
  "Microsoft.Network/networkInterfaces/join/action",
  "Microsoft.Network/networkSecurityGroups/*",
  "Microsoft.Network/publicIPAddresses/read",
  "Microsoft.Network/publicIPAddresses/write",
  "Microsoft.Network/publicIPAddresses/delete",
  "Microsoft.Network/publicIPAddresses/join/action",
  "Microsoft.Network/virtualNetworks/read",
  "Microsoft.Network/virtualNetworks/subnets/read",
  "Microsoft.Network/virtualNetworks/subnets/join/action",
  "Microsoft.ManagedIdentity/userAssignedIdentities/read",
  "Microsoft.ManagedIdentity/userAssignedIdentities/write",
  "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
  "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
];

/** On the group of the backups. */
export const backupRights = [
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Compute/snapshots/read",
  "Microsoft.Compute/snapshots/write",
  "Microsoft.Compute/snapshots/delete",
  "Microsoft.Compute/snapshots/beginGetAccess/action",
];

/** On the vault: look, set, recover; never read a value. */
export const secretRights = [
  "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
  "Microsoft.KeyVault/vaults/secrets/setSecret/action",
  "Microsoft.KeyVault/vaults/secrets/recover/action",
];

export const roles = {
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  userLogin: "fb879df8-f326-4884-b1cf-06f3ad86be52",
  administratorLogin: "1c0163c0-47e6-4577-8991-ea5c82e286e4",
  accessAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  secretsOfficer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
};

const write = "Microsoft.Authorization/roleAssignments/write";
const remove = "Microsoft.Authorization/roleAssignments/delete";
const about = (source: string, attribute: string) =>
  `@${source}[Microsoft.Authorization/roleAssignments:${attribute}]`;
const isOneOf = (source: string, ids: readonly string[]) =>
  `${about(source, "RoleDefinitionId")} ForAnyOfAnyValues:GuidEquals {${ids.join(", ")}}`;
const typeIs = (type: string) =>
  `${about("Request", "PrincipalType")} ForAnyOfAnyValues:StringEqualsIgnoreCase {'${type}'}`;
const when = (action: string, test: string) => `((!(ActionMatches{'${action}'})) OR (${test}))`;

/** On the instances: people may be given the two login roles, nothing else; what is taken away must be one of them. */
export function loginCondition(): string {
  const ids = [roles.userLogin, roles.administratorLogin];
  return `${when(write, `${isOneOf("Request", ids)} AND ${typeIs("User")}`)} AND ${when(remove, isOneOf("Resource", ids))}`;
}

/** On the vault: identities may be given their own secret, but never the bot's. */
export function secretCondition(bot: string): string {
  const ids = [roles.secretsOfficer];
  const notSelf = `${about("Request", "PrincipalId")} ForAnyOfAllValues:GuidNotEquals {${bot}}`;
  return `${when(write, `${isOneOf("Request", ids)} AND ${typeIs("ServicePrincipal")} AND ${notSelf}`)} AND ${when(remove, isOneOf("Resource", ids))}`;
}
