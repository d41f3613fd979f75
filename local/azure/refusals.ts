import { parsePath } from "./arm/path.ts";
import { type AzureError, refuse } from "./errors.ts";
import type { ErrorBody } from "./state.ts";
import { same, strike, type World } from "./world.ts";

/** Azure's answer for a code: the status, and the message about the resource. */
interface Wording {
  readonly status: number;
  says(id: string): string;
}

/** How long Compute reserves an interface for a VM that it refused, or that never ran. */
export const nicReservedSeconds = 180;

/** Codes of passing problems, as quoted in public reports; any other code is answered with 409. */
const wordings: Readonly<Record<string, Wording>> = {
  // microsoft/AzureTRE#4474 (2025), gardenlinux/gardenlinux#4133 (2026).
  NicReservedForAnotherVm: {
    status: 400,
    says: (machine) =>
      `Nic(s) in request is reserved for another Virtual Machine for ${nicReservedSeconds} seconds. Please provide another nic(s) or retry after ${nicReservedSeconds} seconds. Reserved VM: ${machine}`,
  },
  // hashicorp/terraform#7986 (2016) and #14365 (2017).
  ReferencedResourceNotProvisioned: {
    status: 400,
    says: (id) =>
      `Cannot proceed with operation because resource ${id} is not in Succeeded state. Resource is in Updating state and the last operation that updated/is updating the resource is PutSecurityRuleOperation.`,
  },
  // kubernetes/kubernetes#78657 (2019); azure-docs, "Troubleshoot virtual machine deployment due to detached disks" (2019).
  AttachDiskWhileBeingDetached: {
    status: 409,
    says: (id) =>
      `Cannot attach data disk '${id.split("/").at(-1)}' to VM because the disk is currently being detached or the last detach operation failed. Please wait until the disk is completely detached and then try again or delete/detach the disk explicitly again.`,
  },
  // cloudfoundry/bosh-azure-cpi-release#762 (2026), Azure-Samples/azuresandbox#553 (2026).
  ConflictingConcurrentWriteNotAllowed: {
    status: 409,
    says: () =>
      "The operation was interrupted by a conflicting concurrent write on the same entity. Please retry later.",
  },
  // microsoft/AzureTRE#2222 (2022).
  AnotherOperationInProgress: {
    status: 409,
    says: (id) => `Another operation on this or dependent resource is in progress. (${id})`,
  },
  // Azure/data-factory-deploy-action#25 (2023).
  DeploymentBeingDeleted: {
    status: 409,
    says: (id) =>
      `The deployment '${id.split("/").at(-1)}' cannot be edited because it is being deleted. Please wait for deletion to finish.`,
  },
  // Azure/azure-cli#30150 (2024).
  NicInUse: {
    status: 400,
    says: (id) =>
      `Network Interface ${id} is used by existing resource. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`,
  },
};

/** The message for a code, about a resource. */
export function refusalOf(code: string, id: string): AzureError {
  const { status, says } = wordings[code] ?? { status: 409, says: () => `${code} (${id})` };
  return refuse(status, code, says(id));
}

/** Refuses at once if a fault says so. */
export function refuseNow(world: World, method: string, id: string): void {
  const fault = strike(world, "refusal", (f) => f.seconds === undefined && strikes(f.target, method, id));
  if (fault) throw refusalOf(fault.code ?? "Conflict", id);
}

/** The error that makes an accepted operation fail, and after how many seconds; undefined: it finishes. */
export function givesUp(
  world: World,
  method: string,
  id: string,
): { readonly seconds: number; readonly error: ErrorBody } | undefined {
  const fault = strike(world, "refusal", (f) => f.seconds !== undefined && strikes(f.target, method, id));
  if (!fault) return undefined;
  const code = fault.code ?? "Conflict";
  return { seconds: fault.seconds ?? 0, error: superseded[code]?.() ?? refusalOf(code, id).body };
}

/** Network's message that a newer call replaced this one (Azure/azure-cli#21156, 2022). */
const superseded: Readonly<Record<string, () => ErrorBody>> = {
  CanceledAndSupersededDueToAnotherOperation: () => ({
    code: "Canceled",
    message: "Operation was canceled.",
    details: [
      {
        code: "CanceledAndSupersededDueToAnotherOperation",
        message:
          "Operation PutNetworkInterfaceOperation was canceled and superseded by operation PutNetworkInterfaceOperation.",
      },
    ],
  }),
};

/** The target is a type, or a method and a type: `DELETE Microsoft.Compute/disks`, `POST Microsoft.Compute/virtualMachines/start`. */
function strikes(target: string | undefined, method: string, id: string): boolean {
  if (target === undefined) return true;
  const [type, only = method] = target.split(" ").toReversed();
  return same(only, method) && same(type, parsePath(id).type);
}
