import type { ComputeManagementClient, Disk } from "@azure/arm-compute";
import type { HomeDiskTruth } from "../core/cloud.ts";
import { absent } from "./faults.ts";
import { deleting } from "./inUse.ts";
import { submit } from "./wire.ts";

export async function homeDiskTruth(
  compute: ComputeManagementClient,
  group: string,
  name: string,
): Promise<HomeDiskTruth | undefined> {
  const disk = await absent(compute.disks.get(group, name));
  if (!disk) return undefined;
  const [heldBy] = machinesOf(disk);
  const attached = heldBy !== undefined;
  return {
    id: disk.id ?? "",
    sizeGb: disk.diskSizeGB ?? 0,
    sku: disk.sku?.name ?? "",
    // "The time the disk was last attached or detached from a VM or the time when the VM to which the disk was attached
    // was deallocated or started" (Compute REST, Disks - Get, 2026-03-02): none before the first.
    everMounted: attached || disk.lastOwnershipUpdateTime !== undefined,
    attached,
    heldBy,
    ownedSince: disk.lastOwnershipUpdateTime?.toISOString(),
    uniqueId: disk.uniqueId,
    source: disk.creationData?.sourceResourceId,
    tags: disk.tags ?? {},
  };
}

export async function osDiskTruth(compute: ComputeManagementClient, group: string, name: string) {
  const disk = await absent(compute.disks.get(group, name));
  return disk && { id: disk.id ?? "" };
}

/** Adds tags. A PATCH replaces all of them, so the existing ones go along. */
export async function tagDisk(
  compute: ComputeManagementClient,
  group: string,
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const disk = await compute.disks.get(group, name);
  await submit(compute.disks.update(group, name, { tags: { ...disk.tags, ...tags } }));
}

/** The VMs that have it. A deleted one counts until Azure has detached the disk from it. */
const machinesOf = ({ managedBy, managedByExtended = [] }: Disk): readonly string[] =>
  managedBy === undefined ? managedByExtended : [managedBy, ...managedByExtended];

/** @param instance the prefix of all its names */
export const deleteDisk = (
  compute: ComputeManagementClient,
  group: string,
  name: string,
  instance: string,
): Promise<void> =>
  deleting(
    submit(compute.disks.delete(group, name)),
    instance,
    () => compute.disks.get(group, name),
    (disk) => [
      ...machinesOf(disk),
      // Someone is downloading or uploading it.
      ...(disk.diskState?.startsWith("Active") ? [disk.diskState] : []),
    ],
  );
