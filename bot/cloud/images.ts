import type { ComputeManagementClient } from "@azure/arm-compute";
import { AzureFault } from "../core/errors.ts";
import { resourceManager } from "./wire.ts";

/** The image that `infra/instance.bicep` names. */
export const image = { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server" };

/** The newest exact version, so that a repeat builds from the same. */
export async function latestImageVersion(
  compute: ComputeManagementClient,
  location: string,
): Promise<string> {
  const { publisher, offer, sku } = image;
  const versions = await compute.virtualMachineImages.list(location, publisher, offer, sku);
  const newest = versions
    .map(({ name }) => name)
    .sort(byVersion)
    .at(-1);
  if (newest !== undefined) return newest;
  throw new AzureFault({
    service: resourceManager,
    status: 404,
    code: "ImageNotFound",
    detail: `${publisher} ${offer} ${sku} has no version in ${location}.`,
    correlation: "",
  });
}

/** `24.04.202608010`: by number, since as text 9 comes after 10. */
function byVersion(a: string, b: string): number {
  const right = b.split(".").map(Number);
  for (const [index, part] of a.split(".").map(Number).entries()) {
    const difference = part - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
