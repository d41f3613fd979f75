import { listAt, textAt } from "../arm/kind.ts";
import { AzureError, refuse } from "../errors.ts";
import type { Resource } from "../state.ts";
import { faultOf, ofType, same, spend, type World } from "../world.ts";
import { limits, type Size, sizeOf } from "./catalog.ts";

export const machineType = "Microsoft.Compute/virtualMachines";

interface Usage {
  readonly name: string;
  readonly localName: string;
  readonly used: number;
  readonly limit: number;
  readonly unit: "Count";
}

/**
 * How much of a region's Compute quota is used. A deallocated VM counts like a running one
 * (Microsoft Learn, "Virtual machine vCPU quotas", 2026).
 */
export function usages(world: World, location: string): Usage[] {
  const machines = machinesIn(world, location);
  const cores = (family?: string) =>
    machines
      .map(sizeOfMachine)
      .reduce((sum, s) => sum + (s && (!family || s.family === family) ? s.cores : 0), 0);
  const families = [
    ...new Set(["standardBasv2Family", "standardBSFamily", "standardDASv5Family", "standardDADSv5Family"]),
  ];
  const fault = faultOf(world, "quota");
  const limit = fault ? (fault.limit ?? cores()) : limits.cores;
  return [
    { name: "cores", localName: "Total Regional vCPUs", used: cores(), limit, unit: "Count" },
    {
      name: "virtualMachines",
      localName: "Virtual Machines",
      used: machines.length,
      limit: limits.vms,
      unit: "Count",
    },
    {
      name: "virtualMachineScaleSets",
      localName: "Virtual Machine Scale Sets",
      used: ofType(world, "Microsoft.Compute/virtualMachineScaleSets").filter((set) =>
        same(set.location, location),
      ).length,
      limit: limits.scaleSets,
      unit: "Count",
    },
    ...families.map((family) => ({
      name: family,
      localName: `Standard ${family.replace(/^standard|Family$/g, "")} Family vCPUs`,
      used: cores(family),
      // If the total limit is higher, a family may use all of it.
      limit: Math.max(limits.family, fault?.limit ?? 0),
      unit: "Count" as const,
    })),
  ];
}

/** Refuses a size that the region doesn't offer, and cores beyond the quota. `replacing`: the VM being resized. */
export function checkCapacity(
  world: World,
  name: string,
  location: string,
  vmSize: string | undefined,
  replacing?: Resource,
): void {
  const wanted = sizeOf(vmSize);
  if (!wanted)
    throw refuse(
      400,
      "InvalidParameter",
      `The value ${vmSize} provided for the VM size is not valid. The valid sizes in the current region are listed by the Compute SKUs API.`,
    );
  const old = replacing && sizeOfMachine(replacing);
  if (old?.name === wanted.name) return;
  const restricted = restriction(world, wanted);
  if (restricted) {
    spend(world, restricted);
    throw new AzureError(409, {
      code: "SkuNotAvailable",
      message: `The requested VM size for resource '${name}' is currently not available in location '${location}' zones '' for subscription '${world.state.subscription}'. The requested VM size is currently not available: ${wanted.name}. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.`,
      target: "vmSize",
    });
  }
  for (const usage of usages(world, location)) {
    if (usage.name !== "cores" && usage.name !== wanted.family) continue;
    const required =
      wanted.cores - (old && (usage.name === "cores" || old.family === wanted.family) ? old.cores : 0);
    if (usage.used + required <= usage.limit) continue;
    const fault = faultOf(world, "quota");
    if (fault) spend(world, fault);
    const what = usage.name === "cores" ? "Total Regional Cores" : `${usage.name} Cores`;
    throw refuse(
      409,
      "OperationNotAllowed",
      `Operation could not be completed as it results in exceeding approved ${what} quota. Additional details - Deployment Model: Resource Manager, Location: ${location}, Current Limit: ${usage.limit}, Current Usage: ${usage.used}, Additional Required: ${required}, (Minimum) New Limit Required: ${usage.used + required}. Setup Alerts when Quota reaches threshold. Learn more at https://aka.ms/quotamonitoringalerting . Submit a request for Quota increase at https://aka.ms/ProdportalCRP/?#blade/Microsoft_Azure_Capacity by specifying parameters listed in the 'Details' section for deployment to succeed.`,
    );
  }
}

export const restriction = (world: World, wanted: Size) =>
  faultOf(world, "sku", (fault) => fault.size === undefined || same(fault.size, wanted.name));

const sizeOfMachine = (machine: Resource) => sizeOf(textAt(machine.properties, "hardwareProfile.vmSize"));

const machinesIn = (world: World, location: string) =>
  ofType(world, machineType).filter((machine) => same(machine.location, location));

/** The ids of a VM's network interfaces. */
export const interfacesOf = (machine: Resource): string[] =>
  listAt(machine.properties, "networkProfile.networkInterfaces").flatMap((nic) => textAt(nic, "id") ?? []);
