import type { ComputeManagementClient, Snapshot } from "@azure/arm-compute";
import type { SnapshotKind, SnapshotOwner, SnapshotTruth } from "../core/cloud.ts";
import { absent, removing } from "./faults.ts";
import { submit } from "./wire.ts";

/** All of the bot's snapshots in the group, or one member's, newest first. */
export async function snapshotsIn(
  compute: ComputeManagementClient,
  group: string,
  key?: string,
): Promise<readonly SnapshotTruth[]> {
  const found: SnapshotTruth[] = [];
  // Compute's own list: Resource Manager's, which can filter by tag, may be minutes behind.
  for await (const snapshot of compute.snapshots.listByResourceGroup(group)) {
    if (snapshot.tags?.["project"] !== "openclaw") continue;
    if (key === undefined || snapshot.tags["key"] === key) found.push(truthOf(snapshot));
  }
  return found.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}

export async function snapshotTruth(
  compute: ComputeManagementClient,
  group: string,
  name: string,
): Promise<SnapshotTruth | undefined> {
  const snapshot = await absent(compute.snapshots.get(group, name));
  return snapshot && truthOf(snapshot);
}

function truthOf(snapshot: Snapshot): SnapshotTruth {
  const { provisioningState, completionPercent, copyCompletionError, creationData } = snapshot;
  return {
    id: snapshot.id ?? "",
    name: snapshot.name ?? "",
    createdAt: snapshot.timeCreated?.toISOString() ?? "",
    sourceDisk: creationData?.sourceResourceId ?? "",
    sourceUniqueId: creationData?.sourceUniqueId,
    // There is a percentage only if a copy runs in the background (Compute REST, Snapshots - Get, 2026-03-02).
    complete: provisioningState === "Succeeded" && !copyCompletionError && (completionPercent ?? 100) >= 100,
    failed: provisioningState === "Failed" || copyCompletionError !== undefined,
    sizeGb: snapshot.diskSizeGB ?? 0,
    tags: snapshot.tags ?? {},
  };
}

/** Creates an incremental snapshot of a disk, billed by what is used. An existing one of this name stays as it is. */
export async function makeSnapshot(
  compute: ComputeManagementClient,
  group: string,
  snapshot: {
    readonly name: string;
    readonly location: string;
    readonly disk: string;
    readonly tags: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const { name, location, disk, tags } = snapshot;
  if (await absent(compute.snapshots.get(group, name))) return;
  await submit(
    compute.snapshots.createOrUpdate(group, name, {
      location,
      tags,
      sku: { name: "Standard_LRS" },
      incremental: true,
      creationData: { createOption: "Copy", sourceResourceId: disk },
      // As with the disk, downloads are off.
      publicNetworkAccess: "Disabled",
      networkAccessPolicy: "DenyAll",
    }),
  );
}

/** A snapshot's tags about its owner. */
export const ownerTags = (owner: SnapshotOwner, kind: SnapshotKind, expires: string) => ({
  key: owner.key,
  owner: owner.objectId,
  kind,
  expires,
});

/** Adds tags. A PATCH replaces all of them, so the existing ones go along. */
export async function tagSnapshot(
  compute: ComputeManagementClient,
  group: string,
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const snapshot = await compute.snapshots.get(group, name);
  await submit(compute.snapshots.update(group, name, { tags: { ...snapshot.tags, ...tags } }));
}

export const deleteSnapshot = (compute: ComputeManagementClient, group: string, name: string) =>
  removing(submit(compute.snapshots.delete(group, name)), () => compute.snapshots.get(group, name));
