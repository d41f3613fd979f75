import type { AuthorizationManagementClient, Permission } from "@azure/arm-authorization";
import type { CloudPlace, MissingRight } from "../core/cloud.ts";

/** What the bot does on the group of the instances; `infra/modules/bot-rights.bicep` grants it, with what is read of the subscription. */
export const neededOnInstances = [
  "Microsoft.Compute/skus/read",
  "Microsoft.Compute/locations/usages/read",
  "Microsoft.Compute/virtualMachines/read",
  "Microsoft.Compute/virtualMachines/write",
  "Microsoft.Compute/virtualMachines/delete",
  "Microsoft.Compute/virtualMachines/start/action",
  "Microsoft.Compute/virtualMachines/restart/action",
  "Microsoft.Compute/virtualMachines/deallocate/action",
  "Microsoft.Compute/virtualMachines/runCommands/write",
  "Microsoft.Compute/virtualMachines/runCommands/delete",
  "Microsoft.Compute/virtualMachines/extensions/write",
  "Microsoft.Compute/virtualMachines/extensions/delete",
  "Microsoft.Compute/disks/write",
  "Microsoft.Compute/disks/delete",
  "Microsoft.Compute/disks/beginGetAccess/action",
  "Microsoft.Network/networkInterfaces/write",
  "Microsoft.Network/networkInterfaces/delete",
  "Microsoft.Network/networkInterfaces/join/action",
  "Microsoft.Network/networkSecurityGroups/write",
  "Microsoft.Network/networkSecurityGroups/delete",
  "Microsoft.Network/networkSecurityGroups/join/action",
  "Microsoft.Network/networkSecurityGroups/securityRules/write",
  "Microsoft.Network/networkSecurityGroups/securityRules/delete",
  "Microsoft.Network/publicIPAddresses/write",
  "Microsoft.Network/publicIPAddresses/delete",
  "Microsoft.Network/publicIPAddresses/join/action",
  "Microsoft.Network/virtualNetworks/subnets/join/action",
  "Microsoft.ManagedIdentity/userAssignedIdentities/write",
  "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
  "Microsoft.Resources/deployments/write",
  "Microsoft.Resources/deployments/delete",
  "Microsoft.Resources/deployments/cancel/action",
  "Microsoft.Authorization/roleAssignments/write",
  "Microsoft.Authorization/roleAssignments/delete",
] as const;
/** And on the group of the snapshots. */
const onBackups = [
  "Microsoft.Compute/snapshots/read",
  "Microsoft.Compute/snapshots/write",
  "Microsoft.Compute/snapshots/delete",
  "Microsoft.Compute/snapshots/beginGetAccess/action",
] as const;
/** As infra/modules/vault.bicep names it. */
const shared = "openclaw-shared";
const onVault = ["Microsoft.Authorization/roleAssignments/write"] as const;
const inVault = [
  "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
  "Microsoft.KeyVault/vaults/secrets/setSecret/action",
  "Microsoft.KeyVault/vaults/secrets/recover/action",
] as const;
/** Of the one secret whose value it reads. */
const ofOwnSecret = ["Microsoft.KeyVault/vaults/secrets/getSecret/action"] as const;

/** Which of the bot's rights it does not have, from what Azure says of them ("Permissions", api-version 2022-04-01). Conditions do not show there. */
export async function missingRights(
  authorization: AuthorizationManagementClient,
  { resourceGroup }: CloudPlace,
  {
    vaultId,
    backupGroup,
    readsSecret,
  }: { readonly vaultId: string; readonly backupGroup: string; readonly readsSecret: string | undefined },
): Promise<readonly MissingRight[]> {
  const [, group = "", vault = ""] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(vaultId) ?? [];
  // A secret has what the vault has; the SDK asks of a resource within another only.
  const ofSecret = (name: string) =>
    all(
      authorization.permissions.listForResource(
        group,
        "Microsoft.KeyVault",
        `vaults/${vault}`,
        "secrets",
        name,
      ),
    );
  const [instances, backups, secrets, own] = await Promise.all([
    all(authorization.permissions.listForResourceGroup(resourceGroup)),
    all(authorization.permissions.listForResourceGroup(backupGroup)),
    ofSecret(shared),
    readsSecret === undefined ? undefined : ofSecret(readsSecret),
  ]);
  const at = (where: string, actions: readonly string[]) => actions.map((action) => ({ where, action }));
  return [
    ...at(resourceGroup, lacking(neededOnInstances, instances, "actions", "notActions")),
    ...at(backupGroup, lacking(onBackups, backups, "actions", "notActions")),
    ...at(vault, lacking(onVault, secrets, "actions", "notActions")),
    ...at(vault, lacking(inVault, secrets, "dataActions", "notDataActions")),
    ...at(
      `${vault}/${readsSecret}`,
      own === undefined ? [] : lacking(ofOwnSecret, own, "dataActions", "notDataActions"),
    ),
  ];
}

async function all(list: AsyncIterable<Permission>): Promise<readonly Permission[]> {
  const found: Permission[] = [];
  for await (const permission of list) found.push(permission);
  return found;
}

/** A role gives what it names and does not take back itself. */
const lacking = (
  needed: readonly string[],
  given: readonly Permission[],
  allow: "actions" | "dataActions",
  deny: "notActions" | "notDataActions",
): readonly string[] =>
  needed.filter(
    (action) =>
      !given.some(
        (role) =>
          role[allow]?.some((pattern) => covers(pattern, action)) &&
          !role[deny]?.some((pattern) => covers(pattern, action)),
      ),
  );

/** `*` stands for any characters, slashes too; case does not count. */
const covers = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "i",
  ).test(action);
