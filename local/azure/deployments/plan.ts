import { isBody } from "../arm/kind.ts";
import { parsePath } from "../arm/path.ts";
import { groupNotFound, refuse } from "../errors.ts";
import type { Body, Deployment } from "../state.ts";
import { plan, TemplateError } from "../template/evaluate.ts";
import type { Parameters, Plan } from "../template/plan.ts";
import { find, type World } from "../world.ts";

/** Plans are functions, so they can't be stored: after a restart they are built again from the stored request. */
const plans = new WeakMap<Deployment, Plan>();

export function planOf(world: World, deployment: Deployment): Plan {
  const known = plans.get(deployment);
  if (known) return known;
  const made = makePlan(
    world,
    deployment.id,
    deployment.source?.template ?? {},
    deployment.source?.parameters ?? {},
    deployment.location,
    deployment.startedAt,
  );
  plans.set(deployment, made);
  return made;
}

/** Evaluates the template at the deployment's scope. @throws AzureError as ARM refuses it. */
export function makePlan(
  world: World,
  id: string,
  template: Body,
  parameters: Parameters,
  location: string | undefined,
  now: number,
): Plan {
  const path = parsePath(id);
  const group =
    path.group === undefined
      ? undefined
      : find(world, `/subscriptions/${path.subscription}/resourceGroups/${path.group}`);
  if (path.group !== undefined && !group) throw groupNotFound(path.group);
  if (!isBody(template) || !("resources" in template))
    throw refuse(
      400,
      "InvalidRequestContent",
      "The request content was invalid and could not be deserialized: template.resources is missing.",
    );
  try {
    return plan(
      template,
      parameters,
      {
        subscriptionId: world.state.subscription,
        tenantId: world.state.tenant,
        ...(group ? { resourceGroup: group.name } : {}),
        location: group?.location ?? location ?? "",
        deployment: path.name,
      },
      new Date(now),
    );
  } catch (error) {
    if (error instanceof TemplateError)
      throw refuse(400, error.code, `Deployment template validation failed: '${error.message}'.`);
    throw error;
  }
}
