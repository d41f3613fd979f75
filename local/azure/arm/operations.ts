import { refuse } from "../errors.ts";
import type { Operation } from "../state.ts";
import { faultOf, iso, newGuid, same, type World } from "../world.ts";

/** Starts a long-running operation that takes this many simulated seconds. */
export function begin(
  world: World,
  operation: { kind: string; resource: string; principal: string; seconds: number },
): Operation {
  const id = newGuid(world);
  const begun: Operation = {
    id,
    kind: operation.kind,
    resource: operation.resource,
    principal: operation.principal,
    startedAt: world.now,
    due: world.now + operation.seconds * 1000,
    status: "InProgress",
  };
  world.state.operations[id] = begun;
  forgetOld(world);
  return begun;
}

/** In Compute, a newer operation on a VM replaces the running one ("OperationPreempted"). */
export function preempt(world: World, resource: string): void {
  for (const operation of running(world, resource)) {
    // A pending disk detach always continues, whatever else is requested.
    if (operation.kind === "detach") continue;
    const { body } = refuse(
      409,
      "OperationPreempted",
      "Operation execution has been preempted by a more recent operation.",
    );
    Object.assign(operation, { status: "Failed", endedAt: world.now, error: body });
  }
}

export const running = (world: World, resource: string): Operation[] =>
  Object.values(world.state.operations).filter(
    (operation) => operation.status === "InProgress" && same(operation.resource, resource),
  );

/** Whether a fault makes creating this type hang. Azure gives up after two hours. */
export const hangs = (world: World, type: string) =>
  faultOf(world, "slow", (fault) => same(fault.target ?? "Microsoft.Compute/virtualMachines", type));

export const hangSeconds = 7200;

/** What GET of Azure-AsyncOperation answers. */
export function statusOf(operation: Operation) {
  return {
    name: operation.id,
    status: operation.status,
    startTime: iso(operation.startedAt),
    ...(operation.endedAt === undefined ? {} : { endTime: iso(operation.endedAt) }),
    ...(operation.error ? { error: operation.error } : {}),
  };
}

/** The headers that say where to poll and how long to wait (real seconds, never 0, which clients ignore). */
export function pollHeaders(
  world: World,
  operation: Operation,
  type: string,
  location: string,
  apiVersion: string,
  withResult: boolean,
): Record<string, string> {
  const base = `${world.url}/subscriptions/${world.state.subscription}/providers/${type.split("/")[0]}/locations/${location}`;
  const query = `?api-version=${apiVersion}`;
  return {
    "azure-asyncoperation": `${base}/operations/${operation.id}${query}`,
    ...(withResult ? { location: `${base}/operationResults/${operation.id}${query}` } : {}),
    "retry-after": retryAfter(world, 10),
  };
}

export const retryAfter = (world: World, seconds: number) =>
  String(Math.max(1, Math.ceil(seconds / world.speed)));

const kept = 500;

function forgetOld(world: World): void {
  const ended = Object.values(world.state.operations).filter((o) => o.status !== "InProgress");
  for (const operation of ended.slice(0, Math.max(0, ended.length - kept)))
    delete world.state.operations[operation.id];
}
