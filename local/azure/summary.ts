import { clientOf, roleOf } from "./access/authorize.ts";
import { textAt } from "./arm/kind.ts";
import { parsePath } from "./arm/path.ts";
import { machineType } from "./compute/quota.ts";
import { prefixesOf } from "./network/security.ts";
import type { Resource } from "./state.ts";
import { iso, ofType, same, type World } from "./world.ts";

/** What exists, for people: groups with their resources, deployments, roles by name, recent calls. */
export function summaryOf(world: World) {
  const { state } = world;
  const all = Object.values(state.resources);
  const nameOf = (id: string) =>
    state.people.find((person) => same(person.id, id))?.displayName ??
    state.principals[id.toLowerCase()]?.displayName ??
    clientOf(world, id);
  return {
    now: iso(world.now),
    speed: world.speed,
    subscription: state.subscription,
    tenant: state.tenant,
    groups: ofType(world, "Microsoft.Resources/resourceGroups").map((group) => ({
      name: group.name,
      location: group.location,
      resources: all.filter((resource) => isIn(resource, group)).map(rowOf),
    })),
    deployments: Object.values(state.deployments).map(
      ({ name, id, status, startedAt, endedAt, steps, error }) => ({
        name,
        group: parsePath(id).group,
        status,
        startedAt: iso(startedAt),
        endedAt: endedAt === undefined ? undefined : iso(endedAt),
        steps: steps.map((step) => ({
          name: step.name,
          type: step.type,
          status: step.status,
          error: step.error?.code,
        })),
        error: error?.code,
      }),
    ),
    roleAssignments: ofType(world, "Microsoft.Authorization/roleAssignments").map(
      ({ properties, hidden }) => ({
        principal: nameOf(textAt(properties, "principalId") ?? ""),
        role: roleOf(world, textAt(properties, "roleDefinitionId"))?.name,
        scope: textAt(properties, "scope"),
        conditional: properties["condition"] !== null,
        effective: Number(hidden["effectiveAt"]) <= world.now,
      }),
    ),
    secrets: Object.entries(state.secrets).map(([name, { versions, deletedAt }]) => ({
      name,
      versions: versions.length,
      deleted: deletedAt !== undefined,
    })),
    people: state.people,
    faults: state.faults,
    activity: state.activity.toReversed(),
  };
}

const isIn = (resource: Resource, group: Resource) => {
  const path = parsePath(resource.id);
  return same(path.group, group.name) && !/^Microsoft\.(Resources|Authorization)\//.test(resource.type);
};

function rowOf(resource: Resource) {
  const { id, type, location, tags, properties, hidden, managedBy } = resource;
  return {
    id,
    name: parsePath(id).names.join("/"),
    type,
    location,
    tags: tags ?? {},
    state: textAt(properties, "provisioningState") ?? "Succeeded",
    ...(same(type, machineType)
      ? { power: hidden["power"], size: textAt(properties, "hardwareProfile.vmSize") }
      : {}),
    ...(textAt(properties, "ipAddress") ? { address: textAt(properties, "ipAddress") } : {}),
    ...(typeof properties["diskSizeGB"] === "number" ? { sizeGB: properties["diskSizeGB"] } : {}),
    ...(managedBy ? { attachedTo: managedBy.split("/").at(-1) } : {}),
    ...(textAt(properties, "access")
      ? {
          rule: `${properties["direction"]} ${properties["access"]} ${prefixesOf(properties, "source").join(", ")} → ${properties["destinationPortRange"] ?? ""}`,
          priority: properties["priority"],
        }
      : {}),
  };
}
