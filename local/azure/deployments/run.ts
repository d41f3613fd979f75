import { writeResource } from "../arm/store.ts";
import { AzureError } from "../errors.ts";
import type { Deployment, DeploymentStep, ErrorBody } from "../state.ts";
import { TemplateError } from "../template/evaluate.ts";
import type { Plan } from "../template/plan.ts";
import { find, type World } from "../world.ts";
import { planOf } from "./plan.ts";
import { reader } from "./read.ts";

/** Advances every running deployment as far as possible now. */
export function stepDeployments(world: World): void {
  for (const deployment of Object.values(world.state.deployments))
    if (deployment.status === "Accepted" || deployment.status === "Running") step(world, deployment);
}

function step(world: World, deployment: Deployment): void {
  const plan = planOf(world, deployment);
  deployment.status = "Running";
  for (let moved = true; moved; ) {
    moved = false;
    for (const current of deployment.steps) {
      if (current.status === "Running" && look(world, current)) moved = true;
      if (
        current.status === "Waiting" &&
        isFree(deployment, current) &&
        start(world, deployment, plan, current)
      )
        moved = true;
    }
  }
  const open = (s: DeploymentStep) =>
    s.status === "Running" || (s.status === "Waiting" && isFree(deployment, s));
  if (!deployment.steps.some(open)) finish(world, deployment, plan);
}

const isFree = (deployment: Deployment, step: DeploymentStep) =>
  step.dependsOn.every((id) =>
    deployment.steps.some(
      (other) => other.id.toLowerCase() === id.toLowerCase() && other.status === "Succeeded",
    ),
  );

/** Starts one resource; false if it must wait for another operation on it. */
function start(world: World, deployment: Deployment, plan: Plan, step: DeploymentStep): boolean {
  const planned = plan.resources.find((resource) => resource.id === step.id);
  step.startedAt ??= world.now;
  try {
    const id = planned?.resolveId(reader(world)) ?? step.id;
    if (!planned || (planned.onlyIfNotExists && find(world, id))) {
      end(world, step);
      return true;
    }
    const written = writeResource(world, deployment.principal, id, planned.resolve(reader(world)));
    step.made = written.resource.id;
    step.statusCode = written.created ? "Created" : "OK";
    if (written.operation) Object.assign(step, { status: "Running", operation: written.operation.id });
    else end(world, step);
  } catch (error) {
    const body = bodyOf(error);
    // ARM itself retries when the provider is busy.
    if (body.code === "RetryableError") return false;
    step.statusCode = statusNames[error instanceof AzureError ? error.status : 400] ?? "BadRequest";
    end(world, step, body);
  }
  return true;
}

/** Checks the operation of a step; true if it has finished. */
function look(world: World, step: DeploymentStep): boolean {
  const operation = world.state.operations[step.operation ?? ""];
  if (operation?.status === "InProgress") return false;
  const error = operation?.error;
  if (operation?.status === "Succeeded") end(world, step);
  else {
    step.statusCode = "Conflict";
    end(world, step, {
      code: "ResourceDeploymentFailure",
      target: step.id,
      message: `The resource write operation failed to complete successfully, because it reached terminal provisioning state '${operation?.status === "Canceled" ? "Canceled" : "Failed"}'.`,
      ...(error ? { details: [error] } : {}),
    });
  }
  return true;
}

function end(world: World, step: DeploymentStep, error?: ErrorBody): void {
  step.status = error ? "Failed" : "Succeeded";
  step.endedAt = world.now;
  if (error) step.error = error;
  world.changed = true;
}

function finish(world: World, deployment: Deployment, plan: Plan): void {
  const errors = deployment.steps.flatMap((step) => step.error ?? []);
  deployment.endedAt = world.now;
  world.changed = true;
  try {
    if (errors.length === 0) deployment.outputs = plan.outputs(reader(world));
  } catch (error) {
    errors.push(bodyOf(error));
  }
  deployment.status = errors.length === 0 ? "Succeeded" : "Failed";
  delete deployment.source;
  if (errors.length === 0) return;
  deployment.error = {
    code: "DeploymentFailed",
    target: deployment.id,
    message:
      "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.",
    details: errors,
  };
}

function bodyOf(error: unknown): ErrorBody {
  if (error instanceof AzureError) return error.body;
  if (error instanceof TemplateError) return { code: error.code, message: error.message };
  throw error;
}

const statusNames: Record<number, string> = {
  400: "BadRequest",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
};
