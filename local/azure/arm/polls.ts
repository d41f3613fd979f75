import { AzureError, refuse } from "../errors.ts";
import type { Operation } from "../state.ts";
import { type Answer, type Call, type Route, route } from "./call.ts";
import { retryAfter, statusOf } from "./operations.ts";

const need = (call: Call, id: string): Operation => {
  const operation = call.world.state.operations[id];
  if (!operation) throw refuse(404, "OperationNotFound", `The operation '${id}' could not be found.`);
  return operation;
};

function status(call: Call, id: string): Answer {
  const operation = need(call, id);
  const waiting = operation.status === "InProgress";
  return {
    status: 200,
    body: statusOf(operation),
    headers: waiting ? { "retry-after": retryAfter(call.world, 10) } : {},
  };
}

function result(call: Call, id: string): Answer {
  const operation = need(call, id);
  if (operation.status === "InProgress")
    return {
      status: 202,
      headers: {
        location: `${call.world.url}${call.path}?${call.query}`,
        "retry-after": retryAfter(call.world, 10),
      },
    };
  if (operation.error) throw new AzureError(409, operation.error);
  // The SDKs throw on 204 after an action, so only a deletion ends without content.
  if (operation.output !== undefined) return { status: 200, body: operation.output };
  return { status: operation.kind === "delete" ? 204 : 200 };
}

const place = "/subscriptions/{s}/providers/{namespace}/locations/{location}";

/** The routes for polling long-running operations. */
export const pollRoutes: readonly Route[] = [
  route("GET", `${place}/operations/{id}`, (call, { id = "" }) => status(call, id)),
  route("GET", `${place}/operationResults/{id}`, (call, { id = "" }) => result(call, id)),
];
