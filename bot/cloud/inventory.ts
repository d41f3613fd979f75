import type { GenericResource, ResourceManagementClient } from "@azure/arm-resources";
import * as z from "zod";
import type { OwnResource, Truth } from "../core/cloud.ts";
import { absent } from "./faults.ts";
import { bare } from "./ids.ts";

/** Everything in the group that carries the bot's tags, of one member or of all. */
export async function ownResources(
  resources: ResourceManagementClient,
  group: string,
  key?: string,
): Promise<readonly OwnResource[]> {
  const found: OwnResource[] = [];
  // When filtering by tag, Azure leaves the tags out, so filter by tag only if the query already says the owner.
  const query = key === undefined ? {} : { filter: `tagName eq 'key' and tagValue eq '${key}'` };
  for await (const resource of resources.resources.listByResourceGroup(group, query)) {
    if (key === undefined && resource.tags?.["project"] !== "openclaw") continue;
    found.push(ownResource(resource, key));
  }
  return found;
}

const ownResource = ({ id, type, name, tags }: GenericResource, key: string | undefined): OwnResource => ({
  id: id ?? "",
  type: type ?? "",
  name: name ?? "",
  key: key ?? tags?.["key"],
});

const identityProperties = z.object({ principalId: z.string(), clientId: z.string() });

/** A user-assigned identity. Undefined if there is none, or Entra doesn't know it yet. */
export async function identityTruth(
  resources: ResourceManagementClient,
  id: string,
): Promise<NonNullable<Truth["identity"]> | undefined> {
  const identity = await absent(resources.resources.getById(bare(id), "2024-11-30"));
  const known = identityProperties.safeParse(identity?.properties).data;
  return known && { id: identity?.id ?? id, ...known };
}
