import { authorize } from "../access/authorize.ts";
import { groupNotFound, refuse } from "../errors.ts";
import { kindOf } from "../kinds.ts";
import { givesUp, refuseNow } from "../refusals.ts";
import type { Operation, Resource } from "../state.ts";
import { find, same, type World } from "../world.ts";
import type { Answer, Call } from "./call.ts";
import { list, render } from "./lists.ts";
import { begin, pollHeaders, preempt } from "./operations.ts";
import { type ArmPath, parsePath } from "./path.ts";
import { actionType, groupOf, needKind, notFound, removeResource, writeResource } from "./store.ts";

/** Handles any call on a resource, or on a collection, of a known type. */
export function handleResource(call: Call): Answer {
  const path = parsePath(call.path);
  if (call.method === "POST") return act(call);
  if (!path.isItem) return list(call, path);
  switch (call.method) {
    case "GET":
    case "HEAD":
      return read(call, path);
    case "PUT":
    case "PATCH":
      return write(call, path);
    case "DELETE":
      return remove(call, path);
    default:
      throw refuse(405, "MethodNotAllowed", `The method ${call.method} is not allowed.`);
  }
}

function read({ world, principal, query, method }: Call, path: ArmPath): Answer {
  const kind = needKind(path);
  authorize(world, principal, `${actionType(kind.type)}/read`, path.id);
  if (path.group !== undefined && !groupOf(world, path)) {
    if (method === "HEAD") return { status: 404 };
    throw groupNotFound(path.group);
  }
  const resource = find(world, path.id);
  if (!resource) throw notFound(path);
  if (method === "HEAD") return { status: 204 };
  return { status: 200, body: render(world, kind, resource, query) };
}

function write(call: Call, path: ArmPath): Answer {
  const { world, principal, body, method } = call;
  const kind = needKind(path);
  const { resource, created, operation } = writeResource(
    world,
    principal,
    path.id,
    body,
    method === "PATCH" ? "PATCH" : "PUT",
  );
  const status = kind.status ?? { created: 201, updated: 200 };
  return {
    status: created ? status.created : status.updated,
    body: render(world, kind, resource),
    headers: operation ? poll(call, operation, kind.type, resource, false) : {},
  };
}

function remove(call: Call, path: ArmPath): Answer {
  const { world, principal } = call;
  const kind = needKind(path);
  const resource = find(world, path.id);
  const removed = removeResource(world, principal, path.id);
  if (removed === undefined) {
    if (same(kind.type, "Microsoft.Resources/resourceGroups")) throw groupNotFound(path.name);
    return { status: 204 };
  }
  if (removed === "done")
    return { status: 200, ...(kind.stateless && resource ? { body: render(world, kind, resource) } : {}) };
  return { status: 202, headers: poll(call, removed, kind.type, resource, true) };
}

function act(call: Call): Answer {
  const { world, principal, body } = call;
  const cut = call.path.lastIndexOf("/");
  const path = parsePath(call.path.slice(0, cut));
  const name = call.path.slice(cut + 1);
  const kind = path.isItem ? kindOf(path.type) : undefined;
  const action = kind?.actions?.[name.toLowerCase()];
  if (!kind || !action)
    throw refuse(
      404,
      "InvalidResourceType",
      `The resource type or action '${path.types.join("/")}/${name}' could not be found in the namespace '${path.namespace}'.`,
    );
  authorize(world, principal, `${kind.type}/${name}/action`, path.id);
  const resource = find(world, path.id);
  if (!resource)
    throw path.group !== undefined && !groupOf(world, path) ? groupNotFound(path.group) : notFound(path);
  if (resource.properties["provisioningState"] === "Deleting")
    throw refuse(
      409,
      "OperationNotAllowed",
      `Operation '${name}' is not allowed on '${resource.name}' since it is marked for deletion.`,
    );
  refuseNow(world, "POST", call.path);
  const given = givesUp(world, "POST", call.path);
  world.changed = true;
  const result = action({ world, resource, body, principal });
  if ("answer" in result) return { status: 200, body: result.answer };
  preempt(world, resource.id);
  const operation = begin(world, {
    kind: result.kind,
    resource: resource.id,
    principal,
    seconds: given?.seconds ?? result.seconds,
  });
  if (given) operation.fails = given.error;
  if (result.input !== undefined) operation.output = result.input;
  return { status: 202, headers: poll(call, operation, kind.type, resource, true) };
}

function poll(
  call: Call,
  operation: Operation,
  type: string,
  resource: Resource | undefined,
  withResult: boolean,
) {
  const { world, apiVersion } = call;
  const location = resource?.location ?? groupLocation(world, resource?.id ?? "") ?? "global";
  return pollHeaders(world, operation, type, location, apiVersion, withResult);
}

function groupLocation(world: World, id: string): string | undefined {
  const path = parsePath(id);
  return path.group === undefined ? undefined : groupOf(world, path)?.location;
}
