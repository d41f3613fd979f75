import { settle, vanish } from "./arm/store.ts";
import { stepDeployments } from "./deployments/run.ts";
import { AzureError } from "./errors.ts";
import { kindOf } from "./kinds.ts";
import type { ErrorBody, Operation } from "./state.ts";
import { find, type World } from "./world.ts";

/**
 * Runs everything that is due by `to` (simulated ms), each event at its own time and in order. There are no timers: this runs
 * before each request is handled, so that the same calls at the same times always find the same world.
 */
export function advance(world: World, to: number): void {
  for (let next = earliest(world, to); next; next = earliest(world, to)) {
    world.now = next.due;
    end(world, next);
    stepDeployments(world);
  }
  world.now = to;
}

function earliest(world: World, to: number): Operation | undefined {
  let first: Operation | undefined;
  for (const operation of Object.values(world.state.operations))
    if (operation.status === "InProgress" && operation.due <= to && (!first || operation.due < first.due))
      first = operation;
  return first;
}

function end(world: World, operation: Operation): void {
  world.changed = true;
  const resource = find(world, operation.resource);
  const kind = resource && kindOf(resource.type);
  const failed = outcome();
  if (failed === "later") return;
  operation.endedAt = world.now;
  const isCanceled = failed?.code === "Canceled";
  operation.status = failed ? (isCanceled ? "Canceled" : "Failed") : "Succeeded";
  if (failed) operation.error = failed;
  if (!resource || !kind) return;
  resource.changedAt = world.now;
  if (operation.kind === "delete" && !failed) vanish(world, resource, kind);
  else if (["create", "update", "delete"].includes(operation.kind))
    settle(resource, kind, failed ? "Failed" : "Succeeded");
  // A failed power action marks the VM as failed until something succeeds. One that replaced the VM's creation also settles its state.
  else if (failed || ["Failed", "Creating"].includes(String(resource.properties["provisioningState"])))
    settle(resource, kind, failed ? "Failed" : "Succeeded");

  function outcome(): ErrorBody | "later" | undefined {
    if (operation.fails) {
      if (resource) kind?.givenUp?.(resource, operation.kind);
      return operation.fails;
    }
    if (!resource || !kind) return undefined;
    try {
      const again = kind.finish?.[operation.kind]?.(world, resource, operation);
      if (!again) return undefined;
      operation.due = again.again;
      return "later";
    } catch (error) {
      if (error instanceof AzureError) return error.body;
      throw error;
    }
  }
}
