import type { ComputeManagementClient } from "@azure/arm-compute";
import type { Truth } from "../core/cloud.ts";
import { absent } from "./faults.ts";
import { submit } from "./wire.ts";

/** The extension's name, and its type, in infra/instance.bicep. */
export const entraLogin = "AADSSHLoginForLinux";

/** How the extension stands that signs people in with their Entra account. */
export async function signInTruth(
  compute: ComputeManagementClient,
  group: string,
  vm: string,
): Promise<NonNullable<Truth["signIn"]>> {
  const found = await absent(compute.virtualMachineExtensions.get(group, vm, entraLogin));
  switch (found?.provisioningState) {
    case "Succeeded":
      return "ready";
    case undefined:
    case "Failed":
    case "Canceled":
      return "failed";
    default:
      return "installing";
  }
}

/** The same extension once more: with another tag Azure sets it up anew, though nothing else has changed. */
export async function repairSignIn(
  compute: ComputeManagementClient,
  group: string,
  vm: string,
  { location, tag }: { location: string; tag: string },
): Promise<void> {
  const before = await absent(compute.virtualMachineExtensions.get(group, vm, entraLogin));
  await submit(
    compute.virtualMachineExtensions.createOrUpdate(group, vm, entraLogin, {
      location,
      ...(before?.tags ? { tags: before.tags } : {}),
      publisher: "Microsoft.Azure.ActiveDirectory",
      typePropertiesType: entraLogin,
      typeHandlerVersion: "1.0",
      autoUpgradeMinorVersion: true,
      forceUpdateTag: tag,
    }),
  );
}
