import type { ComputeManagementClient } from "@azure/arm-compute";
import { absent } from "./faults.ts";
import { submit } from "./wire.ts";

/** The extension's name, and its type, in infra/instance.bicep. */
export const entraLogin = "AADSSHLoginForLinux";

/** Installs the same extension again: with another tag, Azure sets it up again although nothing else has changed. */
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
