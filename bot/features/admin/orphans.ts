import type { Card } from "../../core/card.ts";
import type { OwnResource } from "../../core/cloud.ts";
import { operationId } from "../../core/names.ts";
import { tellAdmins } from "../../engine/tell.ts";
import type { Parts } from "../../parts.ts";

const snapshotType = "Microsoft.Compute/snapshots";
const identityType = /^Microsoft\.ManagedIdentity\/userAssignedIdentities$/i;
const homeDisk = /-home$/;

/** Tells the admins of what costs money in Azure and belongs to nobody's instance. Deletes nothing. */
export async function findOrphans(parts: Parts): Promise<void> {
  const { cloud, settings } = parts;
  const orphans: OwnResource[] = [];
  for (const resource of await cloud.resources(settings.place))
    if (await isOrphan(resource, parts)) orphans.push(resource);
  for (const { id, name, tags } of await cloud.snapshots(settings.place)) {
    const snapshot = { id, name, type: snapshotType, key: tags["key"] };
    if (await isOrphan(snapshot, parts)) orphans.push(snapshot);
  }
  if (orphans.length === 0) return;
  // The same orphans are told once.
  await tellAdmins(
    operationId(`orphans ${orphans.map(({ id }) => id).join(" ")}`),
    orphanCard(orphans),
    parts,
  );
}

async function isOrphan({ key, type, name }: OwnResource, { store }: Parts): Promise<boolean> {
  if (key === undefined || identityType.test(type)) return false;
  const { member, instance } = await store.person(key);
  if (!member) return true;
  // What a member keeps without an instance; a snapshot goes by itself when its time is over.
  if (homeDisk.test(name) || type === snapshotType) return false;
  return !instance?.value.generation && !instance?.value.operation;
}

const orphanCard = (orphans: readonly OwnResource[]): Card => ({
  title: "Some things in Azure belong to no instance",
  tone: "bad",
  text: "They cost money and nobody uses them. Look at them in Azure and delete what is not needed; the bot leaves them alone.",
  facts: orphans.slice(0, 20).map(({ name, type }) => [name, type]),
  footer: orphans.length > 20 ? `and ${orphans.length - 20} more` : undefined,
});
