import { asWritten, isBody, type Kind, textAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Identity, Resource, ServicePrincipal } from "../state.ts";
import { find, guidOf, newGuid, type World } from "../world.ts";

/** Adds an identity to the directory. */
export function addPrincipal(world: World, displayName: string, id = newGuid(world)): ServicePrincipal {
  const principal = { id, appId: guidOf(`app/${id}`), displayName, createdAt: world.now };
  world.state.principals[id.toLowerCase()] = principal;
  return principal;
}

export const userAssignedIdentities: Kind = {
  type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  seconds: { create: 0, update: 0, remove: 0 },
  stateless: true,
  prepare(write) {
    const { world, before } = write;
    const resource = asWritten(write);
    const principal = before ? undefined : addPrincipal(world, resource.name);
    resource.properties = before?.properties ?? {
      tenantId: world.state.tenant,
      principalId: principal?.id,
      clientId: principal?.appId,
    };
    return resource;
  },
  removed(world, identity) {
    delete world.state.principals[String(identity.properties["principalId"]).toLowerCase()];
  },
};

/** The identity block of a VM or scale set as stored, with the ids that Azure assigns. */
export function assignIdentities(
  world: World,
  resource: Resource,
  asked: unknown,
  before: Identity | undefined,
): Identity | undefined {
  const type = textAt(asked, "type");
  if (type === undefined || !isBody(asked)) return before;
  const system = type.includes("SystemAssigned");
  if (!system) dropSystemIdentity(world, before);
  if (type === "None") return undefined;
  const principalId = system ? (before?.principalId ?? addPrincipal(world, resource.name).id) : undefined;
  const named = isBody(asked["userAssignedIdentities"])
    ? Object.entries(asked["userAssignedIdentities"])
    : [];
  // A PATCH names additions, with null to remove one; a PUT sends all of them.
  const entries = named.flatMap(([id, value]) =>
    value === null ? [] : [[id, clientOf(world, id)] as const],
  );
  return {
    type,
    ...(principalId ? { principalId, tenantId: world.state.tenant } : {}),
    ...(entries.length > 0 ? { userAssignedIdentities: Object.fromEntries(entries) } : {}),
  };
}

export function dropSystemIdentity(world: World, identity: Identity | undefined): void {
  if (identity?.principalId) delete world.state.principals[identity.principalId.toLowerCase()];
}

function clientOf(world: World, id: string): { principalId: string; clientId: string } {
  const found = find(world, id);
  if (!found)
    throw refuse(
      400,
      "FailedIdentityOperation",
      `Identity operation for resource failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${id}' was not found."}}'.`,
    );
  return {
    principalId: String(found.properties["principalId"]),
    clientId: String(found.properties["clientId"]),
  };
}
