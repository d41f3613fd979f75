import type { ComputeManagementClient, VirtualMachineExtension } from "@azure/arm-compute";
import type { Power, VmTruth } from "../core/cloud.ts";
import type { Fault } from "../core/errors.ts";
import { absent, removing } from "./faults.ts";
import { entraLogin } from "./signIn.ts";
import { submit } from "./wire.ts";

const powers: readonly Power[] = [
  "starting",
  "running",
  "stopping",
  "stopped",
  "deallocating",
  "deallocated",
];
const provisionings: readonly VmTruth["provisioning"][] = [
  "creating",
  "updating",
  "succeeded",
  "failed",
  "deleting",
];

/** The VM as Azure sees it now, including its power state. Undefined if there is none. */
export async function vmTruth(
  compute: ComputeManagementClient,
  group: string,
  name: string,
): Promise<VmTruth | undefined> {
  const vm = await absent(compute.virtualMachines.get(group, name, { expand: "instanceView" }));
  if (!vm) return undefined;
  const codes = vm.instanceView?.statuses?.map((status) => status.code?.toLowerCase()) ?? [];
  const provisioning = vm.provisioningState?.toLowerCase();
  return {
    id: vm.id ?? "",
    power: powers.find((power) => codes.includes(`powerstate/${power}`)) ?? "unknown",
    // Azure has more states, such as "migrating": something is in progress.
    provisioning: provisionings.find((known) => known === provisioning) ?? "updating",
    fault: faultIn(vm.instanceView?.statuses ?? []),
    generation: vm.tags?.["generation"],
    size: vm.hardwareProfile?.vmSize ?? "",
    signIn: signInOf(vm.resources?.find(({ name }) => name === entraLogin)),
  };
}

function signInOf(extension: VirtualMachineExtension | undefined): VmTruth["signIn"] {
  switch (extension && (extension.provisioningState ?? "Failed")) {
    case undefined:
      return undefined;
    case "Succeeded":
      return "ready";
    case "Failed":
    case "Canceled":
      return "failed";
    default:
      return "installing";
  }
}

/** The instance view shows it as `ProvisioningState/failed/AllocationFailed` (Microsoft Learn, "States and billing", 2026). */
function faultIn(statuses: readonly { code?: string; message?: string }[]): Fault | undefined {
  for (const { code = "", message = "" } of statuses) {
    const [, cause] = /^ProvisioningState\/failed\/(\w+)$/i.exec(code) ?? [];
    if (cause) return { code: cause, detail: message, correlation: "" };
  }
  return undefined;
}

export const startVm = (compute: ComputeManagementClient, group: string, name: string) =>
  submit(compute.virtualMachines.start(group, name));

export const deallocateVm = (compute: ComputeManagementClient, group: string, name: string) =>
  submit(compute.virtualMachines.deallocate(group, name));

export const restartVm = (compute: ComputeManagementClient, group: string, name: string) =>
  submit(compute.virtualMachines.restart(group, name));

export const resizeVm = (
  compute: ComputeManagementClient,
  group: string,
  name: string,
  vmSize: string,
): Promise<void> => submit(compute.virtualMachines.update(group, name, { hardwareProfile: { vmSize } }));

export const deleteVm = (compute: ComputeManagementClient, group: string, name: string) =>
  removing(submit(compute.virtualMachines.delete(group, name)), () =>
    compute.virtualMachines.get(group, name),
  );

export const deleteEntraLogin = (compute: ComputeManagementClient, group: string, name: string) =>
  removing(submit(compute.virtualMachineExtensions.delete(group, name, entraLogin)), () =>
    compute.virtualMachineExtensions.get(group, name, entraLogin),
  );
