import type { ArmPath } from "./arm/path.ts";
import { machineType } from "./compute/quota.ts";
import { AzureError } from "./errors.ts";
import { faultOf, same, spend, type World } from "./world.ts";

/** Azure Policy, limited to the fault: one assignment that forbids one resource type. */
export function checkPolicy(world: World, path: ArmPath): void {
  const fault = faultOf(world, "policy", (f) => same(f.target ?? machineType, path.type));
  if (!fault) return;
  spend(world, fault);
  const scope = `/subscriptions/${world.state.subscription}`;
  const assignment = {
    name: "No such resources here",
    id: `${scope}/providers/Microsoft.Authorization/policyAssignments/simulated`,
  };
  const definition = {
    name: "Not allowed resource types",
    id: "/providers/Microsoft.Authorization/policyDefinitions/6c112d4e-5bc7-47ae-a041-ea2d9dccd749",
  };
  throw new AzureError(403, {
    code: "RequestDisallowedByPolicy",
    target: path.name,
    message: `Resource '${path.name}' was disallowed by policy. Policy identifiers: '${JSON.stringify([{ policyAssignment: assignment, policyDefinition: definition }])}'.`,
  });
}
