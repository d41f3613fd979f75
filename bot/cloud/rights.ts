import type { AuthorizationManagementClient, Permission } from "@azure/arm-authorization";
import type { CloudPlace, MissingRight } from "../core/cloud.ts";
import { AzureFault } from "../core/errors.ts";
import { all } from "../core/first.ts";
import { sharedSecret } from "../core/names.ts";

/** What the bot does in the instances' group. `infra/modules/bot-rights.bicep` grants it, along with what it reads of the subscription. */
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
/** On the scale set that VMs belong to. */
export const neededOnScaleSet = ["Microsoft.Compute/virtualMachineScaleSets/write"] as const;
/** In the snapshots' group. */
const onBackups = [
  "Microsoft.Compute/snapshots/read",
  "Microsoft.Compute/snapshots/write",
  "Microsoft.Compute/snapshots/delete",
  "Microsoft.Compute/snapshots/beginGetAccess/action",
] as const;
const onVault = ["Microsoft.Authorization/roleAssignments/write"] as const;
const inVault = [
  "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
  "Microsoft.KeyVault/vaults/secrets/setSecret/action",
  "Microsoft.KeyVault/vaults/secrets/recover/action",
] as const;
/** On the one secret whose value it reads. */
const ofOwnSecret = ["Microsoft.KeyVault/vaults/secrets/getSecret/action"] as const;

/** Where the bot needs rights besides the instances' group. */
interface Elsewhere {
  readonly vaultId: string;
  /** Undefined if VMs don't belong to a scale set. */
  readonly scaleSetId: string | undefined;
  readonly backupGroup: string;
  /** The name of the one secret whose value it reads. */
  readonly readsSecret: string | undefined;
}
/** The group and the name in a resource id. */
function placed(id: string): readonly [group: string, name: string] {
  const parts = id.split("/");
  const group = parts.findIndex((part) => part.toLowerCase() === "resourcegroups") + 1;
  return group === 0 ? ["", ""] : [parts[group] ?? "", parts.at(-1) ?? ""];
}

/** The rights that the bot lacks, according to Azure ("Permissions", api-version 2022-04-01). Conditions don't show there. */
export async function missingRights(
  authorization: AuthorizationManagementClient,
  { resourceGroup }: CloudPlace,
  { vaultId, scaleSetId, backupGroup, readsSecret }: Elsewhere,
): Promise<readonly MissingRight[]> {
  const [group, vault] = placed(vaultId);
  const [, set] = placed(scaleSetId ?? "");
  // A secret has the vault's rights; the SDK can only ask about a resource within another one.
  const ofSecret = (name: string) =>
    ofKnown(
      authorization.permissions.listForResource(
        group,
        "Microsoft.KeyVault",
        `vaults/${vault}`,
        "secrets",
        name,
      ),
    );
  // The same goes for a scale set.
  const ofScaleSet = () =>
    ofKnown(
      authorization.permissions.listForResource(
        resourceGroup,
        "Microsoft.Compute",
        `virtualMachineScaleSets/${set}`,
        "virtualMachines",
        "any",
      ),
    );
  const [instances, scaleSet, backups, secrets, own] = await Promise.all([
    all(authorization.permissions.listForResourceGroup(resourceGroup)),
    scaleSetId === undefined ? undefined : ofScaleSet(),
    all(authorization.permissions.listForResourceGroup(backupGroup)),
    ofSecret(sharedSecret),
    readsSecret === undefined ? undefined : ofSecret(readsSecret),
  ]);
  const at = (where: string, actions: readonly string[]) => actions.map((action) => ({ where, action }));
  return [
    ...at(resourceGroup, lacking(neededOnInstances, instances, "actions", "notActions")),
    ...at(set, lacking(neededOnScaleSet, scaleSet, "actions", "notActions")),
    ...at(backupGroup, lacking(onBackups, backups, "actions", "notActions")),
    ...at(vault, lacking(onVault, secrets, "actions", "notActions")),
    ...at(vault, lacking(inVault, secrets, "dataActions", "notDataActions")),
    ...at(`${vault}/${readsSecret}`, lacking(ofOwnSecret, own, "dataActions", "notDataActions")),
  ];
}

/** Undefined if Azure doesn't know the resource, such as a deleted secret. */
async function ofKnown(list: AsyncIterable<Permission>): Promise<readonly Permission[] | undefined> {
  try {
    return await all(list);
  } catch (error) {
    if (error instanceof AzureFault && [400, 404, 405].includes(error.status)) return undefined;
    throw error;
  }
}

/** A role grants its actions minus its own exceptions. If what was granted is unknown, nothing counts as lacking. */
const lacking = (
  needed: readonly string[],
  given: readonly Permission[] | undefined,
  allow: "actions" | "dataActions",
  deny: "notActions" | "notDataActions",
): readonly string[] =>
  needed.filter(
    (action) =>
      given !== undefined &&
      !given.some(
        (role) =>
          role[allow]?.some((pattern) => matches(pattern, action)) &&
          !role[deny]?.some((pattern) => matches(pattern, action)),
      ),
  );

/** `*` stands for any characters, including slashes; case doesn't matter. Each part is searched once, after the one before it. */
function matches(pattern: string, action: string): boolean {
  const said = action.toLowerCase();
  const [first = "", ...parts] = pattern.toLowerCase().split("*");
  const last = parts.pop();
  if (last === undefined) return said === first;
  const end = said.length - last.length;
  if (!said.startsWith(first) || !said.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = said.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}
