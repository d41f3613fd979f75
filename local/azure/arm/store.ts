import { authorize, within } from "../access/authorize.ts";
import { AzureError, groupNotFound, refuse, resourceNotFound } from "../errors.ts";
import { kindOf } from "../kinds.ts";
import { checkPolicy } from "../policy.ts";
import { givesUp, refuseNow } from "../refusals.ts";
import type { Body, Operation, Resource } from "../state.ts";
import { find, forget, same, store, strike, type World } from "../world.ts";
import { isBody, type Kind, type Write } from "./kind.ts";
import { begin, hangSeconds, hangs, preempt, retryAfter, running } from "./operations.ts";
import { type ArmPath, parsePath } from "./path.ts";

export interface Written {
  readonly resource: Resource;
  readonly created: boolean;
  readonly operation: Operation | undefined;
}

/** Writes a resource as its provider would, both from the wire and from deployments. */
export function writeResource(
  world: World,
  principal: string,
  id: string,
  body: Body,
  method: "PUT" | "PATCH" = "PUT",
): Written {
  const asked = parsePath(id);
  const kind = needKind(asked);
  const path = parsePath(canonicalId(world, asked, kind.type));
  const before = find(world, path.id);
  authorizeWrite({ world, path, body, before, principal }, kind);
  needParents(world, path);
  if (method === "PATCH" && !before) throw notFound(path);
  checkPolicy(world, path);
  refuseNow(world, method, path.id);
  needQuiet(world, path);
  const write: Write = {
    world,
    path,
    before,
    principal,
    body: method === "PATCH" && before ? merged(before, body) : body,
  };
  const resource = prepared(write, kind);
  const name = before ? "update" : "create";
  const seconds = !before && hangs(world, path.type) ? hangSeconds : kind.seconds[name];
  if (seconds > 0) preempt(world, resource.id);
  store(world, resource);
  if (seconds === 0) {
    settle(resource, kind, "Succeeded");
    return { resource, created: !before, operation: undefined };
  }
  if (!before) strike(world, "slow", (fault) => fault === hangs(world, path.type));
  settle(resource, kind, before ? "Updating" : "Creating");
  return {
    resource,
    created: !before,
    operation: beginOrGiveUp(world, method, { kind: name, resource: resource.id, principal, seconds }),
  };
}

/** The resource as its provider completes it; a refused write may still affect other resources. */
function prepared(write: Write, kind: Kind): Resource {
  try {
    return kind.prepare(write);
  } catch (error) {
    kind.refused?.(write);
    throw error;
  }
}

/** Starts a long-running operation, which a fault may make fail on the way. */
function beginOrGiveUp(world: World, method: string, operation: Parameters<typeof begin>[1]): Operation {
  const given = givesUp(world, method, operation.resource);
  const begun = begin(world, { ...operation, seconds: given?.seconds ?? operation.seconds });
  if (given) begun.fails = given.error;
  return begun;
}

/** The rights that a write needs: on the resource and on linked resources. */
export function authorizeWrite(write: Write, kind: Kind): void {
  const { world, principal, path, body, before } = write;
  authorize(world, principal, `${actionType(path.type)}/write`, path.id, { request: body, resource: before });
  for (const { action, scope } of kind.linked?.(write) ?? [])
    authorize(world, principal, action, scope, {
      linkedTo: { action: `${actionType(path.type)}/write`, scope: path.id },
    });
}

/** Starts a deletion; undefined if there was nothing to delete, `done` if it finished at once. */
export function removeResource(world: World, principal: string, id: string): Operation | "done" | undefined {
  const path = parsePath(id);
  const kind = needKind(path);
  const resource = find(world, path.id);
  authorize(world, principal, `${actionType(path.type)}/delete`, path.id, { resource });
  if (path.group !== undefined && !groupOf(world, path)) throw groupNotFound(path.group);
  if (!resource) return undefined;
  refuseNow(world, "DELETE", path.id);
  kind.mayRemove?.(world, resource);
  if (kind.seconds.remove === 0) {
    vanish(world, resource, kind);
    return "done";
  }
  const already = running(world, resource.id).find((operation) => operation.kind === "delete");
  if (already) return already;
  needQuiet(world, path);
  preempt(world, resource.id);
  settle(resource, kind, "Deleting");
  world.changed = true;
  const { remove: seconds } = kind.seconds;
  return beginOrGiveUp(world, "DELETE", { kind: "delete", resource: resource.id, principal, seconds });
}

/** Deletes it now, with everything that its provider deletes along with it. */
export function vanish(world: World, resource: Resource, kind: Kind): void {
  forget(world, resource.id);
  kind.removed?.(world, resource);
}

export function settle(resource: Resource, kind: Kind, state: string): void {
  if (!kind.stateless) resource.properties["provisioningState"] = state;
}

export function needKind(path: ArmPath): Kind {
  const kind = kindOf(path.type);
  if (kind) return kind;
  throw refuse(
    404,
    "InvalidResourceType",
    `The resource type '${path.types.join("/")}' could not be found in the namespace '${path.namespace}' for api version given.`,
  );
}

/** Network changes a resource, including its rules or subnets, one operation at a time. */
function needQuiet(world: World, path: ArmPath): void {
  if (!same(path.namespace, "Microsoft.Network")) return;
  const whole = `${path.scope}/providers/${path.namespace}/${path.types[0]}/${path.names[0]}`;
  const busy = Object.values(world.state.operations).find(
    ({ status, resource }) => status === "InProgress" && within(resource, whole),
  );
  if (!busy) return;
  const message = `Operation ${busy.kind} (${busy.id}) is updating resource ${busy.resource}. The call can be retried in ${retryAfter(world, 10)} seconds.`;
  throw new AzureError(
    429,
    {
      code: "RetryableError",
      message: "A retryable error occurred.",
      details: [{ code: "RetryableErrorDueToAnotherOperation", message }],
    },
    { "retry-after": retryAfter(world, 10) },
  );
}

/** Actions spell resource groups differently. */
export const actionType = (type: string) =>
  same(type, "Microsoft.Resources/resourceGroups")
    ? "Microsoft.Resources/subscriptions/resourceGroups"
    : type;

/** The id with Azure's own case for fixed words, and the group's original case. */
function canonicalId(world: World, path: ArmPath, type: string): string {
  const scope = path.scope
    .replace(/^\/subscriptions\/[^/]+/i, `/subscriptions/${path.subscription ?? ""}`)
    .replace(/\/resourcegroups\/[^/]+/i, `/resourceGroups/${groupOf(world, path)?.name ?? path.group}`);
  if (path.types.length === 1 && same(type, "Microsoft.Resources/resourceGroups"))
    return `/subscriptions/${path.subscription}/resourceGroups/${path.name}`;
  const [namespace, ...types] = type.split("/");
  return `${scope}/providers/${namespace}${types.map((segment, i) => `/${segment}/${path.names[i]}`).join("")}`;
}

export const groupOf = (world: World, path: ArmPath): Resource | undefined =>
  find(world, `/subscriptions/${path.subscription}/resourceGroups/${path.group}`);

export const notFound = (path: ArmPath) => resourceNotFound(path.type, path.names.join("/"), path.group);

/** A child needs an existing parent, and every resource a group that isn't being deleted. */
export function needParents(world: World, path: ArmPath): void {
  if (!same(path.subscription, world.state.subscription) && path.subscription !== undefined)
    throw refuse(404, "SubscriptionNotFound", `The subscription '${path.subscription}' could not be found.`);
  if (path.group !== undefined && !same(path.type, "Microsoft.Resources/resourceGroups")) {
    const group = groupOf(world, path);
    if (!group) throw groupNotFound(path.group);
    if (group.properties["provisioningState"] === "Deleting")
      throw refuse(
        409,
        "ResourceGroupBeingDeleted",
        `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
      );
  }
  if (path.types.length > 1 && !find(world, path.parent))
    throw refuse(
      404,
      "ParentResourceNotFound",
      `Failed to perform 'write' on resource(s) of type '${path.types.join("/")}', because the parent resource '${path.parent}' could not be found.`,
    );
}

function merged(before: Resource, patch: Body): Body {
  const { tags, properties, location, sku, zones, identity } = before;
  return deepMerge({ tags, properties, location, sku, zones, identity }, patch);
}

/** JSON merge: objects key by key, anything else replaced; tags are replaced as a whole, like providers do. */
function deepMerge(into: Body, from: Body): Body {
  const result = structuredClone(into);
  for (const [key, value] of Object.entries(from)) {
    const old = result[key];
    result[key] = key !== "tags" && isBody(old) && isBody(value) ? deepMerge(old, value) : value;
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}
