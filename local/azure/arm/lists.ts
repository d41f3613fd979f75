import { authorize, isAllowed, within } from "../access/authorize.ts";
import { groupNotFound } from "../errors.ts";
import type { Resource } from "../state.ts";
import { ofType, same, type World } from "../world.ts";
import type { Answer, Call } from "./call.ts";
import { type Kind, shown, textAt } from "./kind.ts";
import { type ArmPath, parsePath } from "./path.ts";
import { actionType, groupOf, needKind, needParents } from "./store.ts";

/** A collection: of a subscription (what the caller may read in it), of a group, or of a parent. */
export function list({ world, principal, query }: Call, path: ArmPath): Answer {
  const kind = needKind(path);
  const action = `${actionType(kind.type)}/read`;
  if (path.group !== undefined) {
    if (!groupOf(world, path)) throw groupNotFound(path.group);
    authorize(world, principal, action, path.types.length > 1 ? path.parent : path.scope);
  }
  if (path.types.length > 1) needParents(world, path);
  const filter = query.get("$filter") ?? "";
  const found = ofType(world, kind.type).filter(
    (resource) =>
      isIn(resource, path, filter) &&
      asFiltered(resource, filter) &&
      (path.group !== undefined || isAllowed(world, principal, action, resource.id, "actions")),
  );
  return { status: 200, body: { value: found.map((resource) => render(world, kind, resource, query)) } };
}

/** A resource as a GET shows it. */
export const render = (
  world: World,
  kind: Kind,
  resource: Resource,
  query = new URLSearchParams(),
): unknown => kind.render?.(world, resource, query) ?? shown(resource);

function isIn(resource: Resource, path: ArmPath, filter: string): boolean {
  // Roles and assignments also apply below their scope; `atScope()` leaves out those assigned further down.
  if (same(path.namespace, "Microsoft.Authorization")) {
    const { scope } = parsePath(resource.id);
    return within(path.scope, scope) || (!filter.includes("atScope()") && within(scope, path.scope));
  }
  return within(resource.id, path.types.length > 1 ? path.parent : path.scope);
}

function asFiltered(resource: Resource, filter: string): boolean {
  const set = /'virtualMachineScaleSet\/id' eq '([^']+)'/i.exec(filter)?.[1];
  const principal = /(?:principalId eq |assignedTo\()'([^']+)'/i.exec(filter)?.[1];
  return (
    (set === undefined || same(textAt(resource.properties, "virtualMachineScaleSet.id"), set)) &&
    (principal === undefined || same(textAt(resource.properties, "principalId"), principal))
  );
}
