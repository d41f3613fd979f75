import type { Body, Deployment, DeploymentStep } from "../state.ts";
import { iso, type World } from "../world.ts";

/** The deployment as ARM shows it. Secure parameters were removed when it was created. */
export function renderDeployment(world: World, deployment: Deployment): Body {
  const { startedAt, endedAt = world.now, steps, error, outputs } = deployment;
  const namespaces = [...new Set(steps.map((step) => step.type.split("/")[0]))];
  return {
    id: deployment.id,
    name: deployment.name,
    type: "Microsoft.Resources/deployments",
    ...(deployment.location === undefined ? {} : { location: deployment.location }),
    ...(deployment.tags ? { tags: deployment.tags } : {}),
    properties: {
      templateHash: deployment.templateHash,
      parameters: deployment.parameters,
      mode: deployment.mode,
      provisioningState: deployment.status,
      timestamp: iso(endedAt),
      duration: duration(endedAt - startedAt),
      correlationId: deployment.correlationId,
      providers: namespaces.map((namespace) => ({
        namespace,
        resourceTypes: [
          ...new Set(steps.filter((s) => s.type.startsWith(`${namespace}/`)).map((s) => s.type)),
        ].map((type) => ({
          resourceType: type.slice(`${namespace}/`.length),
          locations: [deployment.location ?? null],
        })),
      })),
      dependencies: [],
      ...(outputs ? { outputs } : {}),
      ...(deployment.status === "Succeeded"
        ? { outputResources: steps.map(({ id, made = id }) => ({ id: made })) }
        : {}),
      ...(error ? { error } : {}),
    },
  };
}

/** The operations of a deployment: one entry per resource, and one for its result. */
export function renderOperations(world: World, deployment: Deployment): Body[] {
  const done = deployment.steps.filter((step) => step.status !== "Waiting");
  const end = {
    provisioningOperation: "EvaluateDeploymentOutput",
    provisioningState: "Succeeded",
    statusCode: "OK",
  };
  return [
    ...done.map((step) => operation(deployment, step.operationId, stepProperties(world, step))),
    ...(deployment.status === "Succeeded"
      ? [
          operation(deployment, "08584", {
            ...end,
            timestamp: iso(deployment.endedAt ?? world.now),
            duration: "PT0S",
          }),
        ]
      : []),
  ];
}

const operation = (deployment: Deployment, operationId: string, properties: Body): Body => ({
  id: `${deployment.id}/operations/${operationId}`,
  operationId,
  properties,
});

function stepProperties(world: World, step: DeploymentStep): Body {
  const ended = step.endedAt ?? world.now;
  return {
    provisioningOperation: "Create",
    provisioningState: step.status,
    timestamp: iso(ended),
    duration: duration(ended - (step.startedAt ?? ended)),
    ...(step.statusCode ? { statusCode: step.statusCode } : {}),
    ...(step.error ? { statusMessage: { status: "Failed", error: step.error } } : {}),
    targetResource: { id: step.made ?? step.id, resourceType: step.type, resourceName: nameOf(step) },
  };
}

const nameOf = ({ name, made }: DeploymentStep) => (name.startsWith("[") ? made?.split("/").at(-1) : name);

const duration = (ms: number) => `PT${Math.max(0, ms) / 1000}S`;
