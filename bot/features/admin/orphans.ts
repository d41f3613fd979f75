import type { Card } from "../../core/card.ts";
import type { OwnResource } from "../../core/cloud.ts";
import type { Person } from "../../core/instance.ts";
import { operationId } from "../../core/names.ts";
import { tellAdmins } from "../../engine/tell.ts";
import type { Parts } from "../../parts.ts";

const snapshotType = "Microsoft.Compute/snapshots";
const identityType = /^Microsoft\.ManagedIdentity\/userAssignedIdentities$/i;
const homeDisk = /-home$/;

/** Tells the admins of what costs money in Azure and belongs to nobody's instance. Deletes nothing. */
export async function findOrphans(parts: Parts): Promise<void> {
  const { cloud, settings, store } = parts;
  const resources = await cloud.resources(settings.place);
  const snapshots = (await cloud.snapshots(settings.place)).map(
    ({ id, name, tags }): OwnResource => ({ id, name, type: snapshotType, key: tags["key"] }),
  );
  // After what there is, so that whoever it belongs to is among them.
  const people = new Map((await store.people()).map((person) => [person.member.key, person]));
  const orphans = [...resources, ...snapshots].filter((resource) => isOrphan(resource, people));
  if (orphans.length === 0) return;
  // The same orphans are told once.
  await tellAdmins(
    operationId(`orphans ${orphans.map(({ id }) => id).join(" ")}`),
    orphanCard(orphans),
    parts,
  );
}

function isOrphan({ key, type, name }: OwnResource, people: ReadonlyMap<string, Person>): boolean {
  if (key === undefined || identityType.test(type)) return false;
  const person = people.get(key);
  if (!person) return true;
  // What a member keeps without an instance; a snapshot goes by itself when its time is over.
  if (homeDisk.test(name) || type === snapshotType) return false;
  return !person.instance?.generation && !person.instance?.operation;
}

const orphanCard = (orphans: readonly OwnResource[]): Card => ({
  title: "Some things in Azure belong to no instance",
  tone: "bad",
  text: "They cost money and nobody uses them. Look at them in Azure and delete what is not needed; the bot leaves them alone.",
  facts: orphans.slice(0, 20).map(({ name, type }) => [name, type]),
  footer: orphans.length > 20 ? `and ${orphans.length - 20} more` : undefined,
});
