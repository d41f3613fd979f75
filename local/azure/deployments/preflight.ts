import { textAt } from "../arm/kind.ts";
import { parsePath } from "../arm/path.ts";
import { authorizeWrite } from "../arm/store.ts";
import { checkCapacity, machineType } from "../compute/quota.ts";
import { AzureError, refuse } from "../errors.ts";
import { kindOf } from "../kinds.ts";
import { checkPolicy } from "../policy.ts";
import type { ErrorBody } from "../state.ts";
import type { Plan, PlannedResource } from "../template/plan.ts";
import { find, same, type World } from "../world.ts";

/** What ARM and the providers refuse before a deployment starts; it leaves no trace in the history. */
export function preflight(world: World, principal: string, name: string, plan: Plan): void {
  const known = plan.resources.filter((resource) => !isOpen(resource));
  const denied = known.flatMap((resource) => caught(() => mayWrite(world, principal, resource)));
  if (denied.length > 0)
    throw refuse(
      403,
      "InvalidTemplateDeployment",
      `Deployment failed with multiple errors: '${denied.map((error) => error.message).join(":")}'`,
      denied,
    );
  const faults = known.flatMap((resource) => caught(() => provider(world, resource)));
  if (faults.length > 0)
    throw refuse(
      400,
      "InvalidTemplateDeployment",
      `The template deployment '${name}' is not valid according to the validation procedure. See inner errors for details.`,
      faults,
    );
}

/** A value that is only known, and checked, when the resource's turn comes. */
const isOpen = (planned: PlannedResource) => planned.id.includes("[");

/** The caller must be allowed to write each resource; linked rights are checked when its turn comes. */
function mayWrite(world: World, principal: string, planned: PlannedResource): void {
  const path = parsePath(planned.id);
  const kind = kindOf(path.type);
  if (!kind)
    throw refuse(
      400,
      "InvalidResourceType",
      `The resource type '${path.types.join("/")}' could not be found in the namespace '${path.namespace}'.`,
    );
  const before = find(world, path.id);
  authorizeWrite({ world, path, body: planned.body, before, principal }, { ...kind, linked: () => [] });
}

function provider(world: World, planned: PlannedResource): void {
  const path = parsePath(planned.id);
  checkPolicy(world, path);
  if (!same(path.type, machineType)) return;
  try {
    checkCapacity(
      world,
      path.name,
      planned.location ?? "",
      textAt(planned.body, "properties.hardwareProfile.vmSize"),
      find(world, path.id),
    );
  } catch (error) {
    if (!(error instanceof AzureError) || error.body.code !== "OperationNotAllowed") throw error;
    throw new AzureError(400, { ...error.body, code: "QuotaExceeded" });
  }
}

function caught(check: () => void): ErrorBody[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof AzureError) return [error.body];
    throw error;
  }
}
