import * as z from "zod";
import type { Card } from "../../core/card.ts";
import type { OwnResource } from "../../core/cloud.ts";
import type { Person } from "../../core/instance.ts";
import { operationId } from "../../core/names.ts";
import { tellAdmins } from "../../engine/tell.ts";
import type { Parts } from "../../parts.ts";

const snapshotType = "Microsoft.Compute/snapshots";
const identityType = /^Microsoft\.ManagedIdentity\/userAssignedIdentities$/i;
const homeDisk = /-home$/;

/** The cached row with the orphans of the last look. */
const seenName = "orphans-seen";
const seenShape = z.array(z.string()).catch([]);
/** How many are remembered, so that they fit into one row. The others wait. */
const mostSeen = 1000;

/** Tells the admins about resources that cost money in Azure and belong to no instance. Deletes nothing. */
export async function findOrphans(parts: Parts): Promise<void> {
  const { cloud, settings, store, clock } = parts;
  const resources = await cloud.resources(settings.place);
  const snapshots = (await cloud.snapshots(settings.place)).map(
    ({ id, name, tags }): OwnResource => ({ id, name, type: snapshotType, key: tags["key"] }),
  );
  // Read the people after the resources, so that the owner of each resource is among them.
  const people = new Map((await store.people()).map((person) => [person.member.key, person]));
  const found = [...resources, ...snapshots].filter((resource) => isOrphan(resource, people));
  const { orphans, id, seen } = stillOrphans(found, (await store.cached(seenName))?.value);
  // Admins hear of the same orphans only once.
  if (orphans.length > 0) await tellAdmins(id, orphanCard(orphans), parts);
  // Only now: if the message couldn't be written, the next sweep tries again.
  await store.cache(seenName, seen, clock.now());
}

/**
 * The orphans that were already orphans at the last look: Resource Manager's list may be minutes behind and still hold what was
 * just deleted.
 * @param before what the last look remembered
 */
export function stillOrphans(
  found: readonly OwnResource[],
  before: unknown,
): {
  readonly orphans: readonly OwnResource[];
  /** The same id for the same orphans. */
  readonly id: string;
  readonly seen: readonly string[];
} {
  const known = new Set(seenShape.parse(before));
  const sorted = found.toSorted((a, b) => a.id.localeCompare(b.id)).slice(0, mostSeen);
  const orphans = sorted.filter(({ id }) => known.has(operationId(id)));
  return {
    orphans,
    id: operationId(`orphans ${orphans.map(({ id }) => id).join(" ")}`),
    seen: sorted.map(({ id }) => operationId(id)),
  };
}

function isOrphan({ key, type, name }: OwnResource, people: ReadonlyMap<string, Person>): boolean {
  if (key === undefined || identityType.test(type)) return false;
  const person = people.get(key);
  if (!person) return true;
  // A member may keep these without an instance. Snapshots are deleted when they expire.
  if (homeDisk.test(name) || type === snapshotType) return false;
  return !person.instance?.generation && !person.instance?.operation;
}

const orphanCard = (orphans: readonly OwnResource[]): Card => ({
  title: "Some Azure resources belong to no instance",
  tone: "bad",
  text: "They cost money and no one uses them. Check them in Azure and delete those you don't need; I don't touch them.",
  facts: orphans.slice(0, 20).map(({ name, type }) => [name, type]),
  footer: orphans.length > 20 ? `and ${orphans.length - 20} more` : undefined,
});
