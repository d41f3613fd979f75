import type { ComputeManagementClient, ResourceSku } from "@azure/arm-compute";
import type { Machine, UnfitSize } from "../core/cloud.ts";
import { AzureFault } from "../core/errors.ts";
import { all } from "../core/first.ts";
import { resourceManager } from "./wire.ts";

/**
 * Refuses a size that this subscription can't have here, or for which no cores are left, before anything is built: Azure would find out
 * minutes later. `replacing`: the size whose cores become free for it.
 * @throws AzureFault SkuNotAvailable, QuotaExceeded
 */
export async function checkSize(
  compute: ComputeManagementClient,
  location: string,
  size: string,
  replacing?: string,
): Promise<void> {
  const [skus, usages] = await Promise.all([skusIn(compute, location), usagesIn(compute, location)]);
  const named = (name: string) => skus.find((sku) => same(sku.name, name));
  const [sku, before] = [named(size), replacing === undefined ? undefined : named(replacing)];
  if (!sku || isClosed(sku, location))
    throw refusal("SkuNotAvailable", `${location} does not offer ${size} to this subscription.`);
  for (const quota of ["cores", sku.family?.toLowerCase()]) {
    const usage = usages.find(({ name }) => name.value?.toLowerCase() === quota);
    const freed = quota === "cores" || same(before?.family, sku.family ?? "") ? coresOf(before) : 0;
    const cores = coresOf(sku) - freed;
    if (!usage || cores < 0 || usage.currentValue + cores <= usage.limit) continue;
    const what = usage.name.localizedValue ?? usage.name.value ?? "cores";
    throw refusal(
      "QuotaExceeded",
      `${what} in ${location}: ${usage.currentValue} of ${usage.limit} used, ${cores > 0 ? `${size} needs ${cores} more` : "which is over the limit already"}.`,
    );
  }
}

/**
 * Which of these sizes no instance can have here: those that aren't offered, those that don't fit the archive (x64) or the template
 * (Trusted Launch), and those with a temporary disk, because Azure can't resize between sizes with and without one (Microsoft Learn,
 * "Azure VM sizes with no local temporary disk", 2026).
 * @throws AzureFault
 */
export async function unfitSizes(
  compute: ComputeManagementClient,
  location: string,
  sizes: readonly string[],
): Promise<readonly UnfitSize[]> {
  const offered = (await skusIn(compute, location)).filter((sku) => !isClosed(sku, location));
  return sizes.flatMap((size) => {
    const flaw = flawOf(offered.find(({ name }) => same(name, size)));
    return flaw ? [{ size, flaw }] : [];
  });
}

function flawOf(sku: ResourceSku | undefined): UnfitSize["flaw"] | undefined {
  const capability = capabilitiesOf(sku);
  if (!sku) return "notOffered";
  if (!same(capability("CpuArchitectureType") ?? "x64", "x64")) return "processor";
  const secondGeneration = (capability("HyperVGenerations") ?? "V2").includes("V2");
  if (!secondGeneration || same(capability("TrustedLaunchDisabled"), "true")) return "trustedLaunch";
  return Number(capability("MaxResourceVolumeMB") ?? 0) > 0 ? "temporaryDisk" : undefined;
}

/**
 * What those of these sizes are that are offered here.
 * @throws AzureFault
 */
export async function machinesOf(
  compute: ComputeManagementClient,
  location: string,
  sizes: readonly string[],
): Promise<readonly Machine[]> {
  const offered = await skusIn(compute, location);
  return sizes.flatMap((size) => {
    const sku = offered.find(({ name }) => same(name, size));
    const [cores, memoryGb] = [coresOf(sku), Number(capabilitiesOf(sku)("MemoryGB") ?? 0)];
    return cores > 0 && memoryGb > 0 ? [{ size, cores, memoryGb }] : [];
  });
}

const capabilitiesOf = (sku: ResourceSku | undefined) => (wanted: string) =>
  sku?.capabilities?.find(({ name }) => name === wanted)?.value;

const coresOf = (sku: ResourceSku | undefined): number => Number(capabilitiesOf(sku)("vCPUs") ?? 0);

/** Whether this subscription can have no more of it here. A restriction of single zones does not matter: our VMs are regional. */
const isClosed = ({ restrictions = [] }: ResourceSku, location: string): boolean =>
  restrictions.some(
    ({ type, values = [] }) => type === "Location" && values.some((value) => same(value, location)),
  );

/** All sizes that there are here. */
async function skusIn(compute: ComputeManagementClient, location: string): Promise<readonly ResourceSku[]> {
  const skus: ResourceSku[] = [];
  for await (const sku of compute.resourceSkus.list({ filter: `location eq '${location}'` })) {
    if (sku.resourceType === "virtualMachines") skus.push(sku);
  }
  return skus;
}

const usagesIn = (compute: ComputeManagementClient, location: string) => all(compute.usage.list(location));

const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();

const refusal = (code: string, detail: string) =>
  new AzureFault({ service: resourceManager, status: 409, code, detail, correlation: "" });
