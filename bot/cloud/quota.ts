import type { ComputeManagementClient, ResourceSku } from "@azure/arm-compute";
import { AzureFault } from "../core/errors.ts";
import { resourceManager } from "./wire.ts";

/**
 * Refuses a size that this subscription can't have here, or for which no cores are left, before anything is built:
 * Azure would find out minutes later.
 * @throws AzureFault SkuNotAvailable, QuotaExceeded
 */
export async function checkSize(
  compute: ComputeManagementClient,
  location: string,
  size: string,
): Promise<void> {
  const [sku, usages] = await Promise.all([skuOf(compute, location, size), usagesIn(compute, location)]);
  if (!sku) throw refusal("SkuNotAvailable", `${location} does not offer ${size} to this subscription.`);
  const cores = Number(sku.capabilities?.find(({ name }) => name === "vCPUs")?.value ?? 0);
  for (const quota of ["cores", sku.family?.toLowerCase()]) {
    const usage = usages.find(({ name }) => name.value?.toLowerCase() === quota);
    if (!usage || usage.currentValue + cores <= usage.limit) continue;
    const what = usage.name.localizedValue ?? usage.name.value ?? "cores";
    throw refusal(
      "QuotaExceeded",
      `${what} in ${location}: ${usage.currentValue} of ${usage.limit} used, ${size} needs ${cores} more.`,
    );
  }
}

async function skuOf(
  compute: ComputeManagementClient,
  location: string,
  size: string,
): Promise<ResourceSku | undefined> {
  for await (const sku of compute.resourceSkus.list({ filter: `location eq '${location}'` })) {
    if (sku.resourceType !== "virtualMachines" || !same(sku.name, size)) continue;
    // A restriction of single zones does not matter: our VMs are regional.
    const closed = sku.restrictions?.some(
      ({ type, values }) => type === "Location" && values?.some((value) => same(value, location)),
    );
    return closed ? undefined : sku;
  }
  return undefined;
}

async function usagesIn(compute: ComputeManagementClient, location: string) {
  const usages = [];
  for await (const usage of compute.usage.list(location)) usages.push(usage);
  return usages;
}

const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();

const refusal = (code: string, detail: string) =>
  new AzureFault({ service: resourceManager, status: 409, code, detail, correlation: "" });
