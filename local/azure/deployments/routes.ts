import { authorize } from "../access/authorize.ts";
import { type Answer, type Call, ok, type Route, route } from "../arm/call.ts";
import { isBody, textAt } from "../arm/kind.ts";
import { begin, retryAfter } from "../arm/operations.ts";
import { parsePath } from "../arm/path.ts";
import { groupOf } from "../arm/store.ts";
import { groupNotFound, refuse } from "../errors.ts";
import { refuseNow } from "../refusals.ts";
import type { Body, Deployment, DeploymentStep, Operation } from "../state.ts";
import type { Parameters, Plan } from "../template/plan.ts";
import { find, guidOf, iso, newGuid, same, type World } from "../world.ts";
import { isActive, needRoom, trimLater, deploymentType as type } from "./history.ts";
import { makePlan } from "./plan.ts";
import { preflight } from "./preflight.ts";
import { stepDeployments } from "./run.ts";
import { renderDeployment, renderOperations } from "./view.ts";

interface Asked {
  readonly template: Body;
  readonly parameters: Parameters;
  readonly mode: string;
  readonly location: string | undefined;
  readonly plan: Plan;
}

/** Parses the request and plans it; refuses anything that could never become a deployment. */
function ask(call: Call, id: string): Asked {
  const { world, principal, body } = call;
  const path = parsePath(id);
  if (!/^[A-Za-z0-9_\-.()]{1,64}$/.test(path.name))
    throw refuse(
      400,
      "InvalidDeploymentName",
      `The provided deployment name '${path.name}' is not valid. It must be at most 64 characters of letters, digits, '-', '_', '.', '(' and ')'.`,
    );
  const properties = isBody(body["properties"]) ? body["properties"] : {};
  const template = isBody(properties["template"]) ? properties["template"] : {};
  const parameters = (isBody(properties["parameters"]) ? properties["parameters"] : {}) as Parameters;
  const location = textAt(body, "location");
  const mode = textAt(properties, "mode") ?? "Incremental";
  if (mode !== "Incremental")
    throw refuse(400, "InvalidDeploymentMode", "This simulator knows incremental deployments only.");
  if (path.group === undefined && location === undefined)
    throw refuse(400, "LocationRequired", "The location property is required for this deployment scope.");
  const plan = makePlan(world, id, template, parameters, location, world.now);
  preflight(world, principal, path.name, plan);
  return { template, parameters, mode, location, plan };
}

function create(call: Call, id: string): Answer {
  const { world, principal, apiVersion, correlationId } = call;
  authorize(world, principal, `${type}/write`, id);
  refuseNow(world, "PUT", id);
  const before = world.state.deployments[id.toLowerCase()];
  if (before && isActive(before))
    throw refuse(
      409,
      "DeploymentActive",
      `Unable to edit or replace deployment '${before.name}': previous deployment from '${iso(before.startedAt)}' is still active (expiration time is '${iso(before.startedAt + 7 * 86_400_000)}'). Please see https://aka.ms/arm-deploy for usage details.`,
    );
  if (!before) needRoom(world, id);
  const asked = ask(call, id);
  const deployment: Deployment = {
    id: canonical(world, id),
    name: parsePath(id).name,
    ...(asked.location === undefined ? {} : { location: asked.location }),
    ...(isBody(call.body["tags"]) ? { tags: call.body["tags"] as Record<string, string> } : {}),
    principal,
    correlationId,
    startedAt: world.now,
    source: { template: asked.template, parameters: asked.parameters },
    mode: asked.mode,
    templateHash: String(
      BigInt(`0x${guidOf(JSON.stringify(asked.template)).replaceAll("-", "").slice(0, 15)}`),
    ),
    status: "Accepted",
    steps: asked.plan.resources.map((resource) => stepOf(world, resource)),
    parameters: asked.plan.parameters,
  };
  world.state.deployments[id.toLowerCase()] = deployment;
  world.changed = true;
  trimLater(world, id, principal);
  const accepted = renderDeployment(world, deployment);
  stepDeployments(world);
  return {
    status: before ? 200 : 201,
    body: accepted,
    headers: {
      "azure-asyncoperation": `${world.url}${deployment.id}/operationStatuses/${guidOf(`${deployment.id}@${deployment.startedAt}`)}?api-version=${apiVersion}`,
      "retry-after": retryAfter(world, 5),
    },
  };
}

const stepOf = (
  world: World,
  { id, type: of, name, dependsOn }: Plan["resources"][number],
): DeploymentStep => ({
  id,
  type: of,
  name,
  dependsOn,
  status: "Waiting",
  operationId: newGuid(world).replaceAll("-", "").slice(0, 16).toUpperCase(),
});

const canonical = (world: World, id: string) => {
  const path = parsePath(id);
  const group = path.group === undefined ? "" : `/resourceGroups/${groupOf(world, path)?.name ?? path.group}`;
  return `/subscriptions/${path.subscription}${group}/providers/${type}/${path.name}`;
};

function need(call: Call, id: string, action: string): Deployment {
  const path = parsePath(id);
  authorize(call.world, call.principal, `${type}/${action}`, id);
  if (path.group !== undefined && !groupOf(call.world, path)) throw groupNotFound(path.group);
  const deployment = call.world.state.deployments[id.toLowerCase()];
  if (deployment) return deployment;
  throw refuse(404, "DeploymentNotFound", `Deployment '${path.name}' could not be found.`);
}

function cancel(call: Call, id: string): Answer {
  const deployment = need(call, id, "cancel/action");
  if (!isActive(deployment))
    throw refuse(
      409,
      "DeploymentCannotBeCancelled",
      `The deployment '${deployment.name}' cannot be cancelled because it is in provisioning state '${deployment.status}'.`,
    );
  // Steps in progress continue: ARM only starts no more.
  deployment.status = "Canceled";
  deployment.endedAt = call.world.now;
  deployment.error = { code: "DeploymentCanceled", message: "The deployment was canceled by user." };
  delete deployment.source;
  call.world.changed = true;
  return { status: 204 };
}

function status(call: Call, id: string): Answer {
  const deployment = need(call, id, "operationstatuses/read");
  return {
    status: 200,
    body: {
      status: deployment.status,
      ...(deployment.status === "Failed" && deployment.error ? { error: deployment.error } : {}),
    },
    headers: isActive(deployment) ? { "retry-after": retryAfter(call.world, 5) } : {},
  };
}

function validate(call: Call, id: string): Answer {
  authorize(call.world, call.principal, `${type}/validate/action`, id);
  const { plan, mode } = ask(call, id);
  return ok({
    id: canonical(call.world, id),
    name: parsePath(id).name,
    type,
    properties: {
      templateHash: "0",
      parameters: plan.parameters,
      mode,
      provisioningState: "Succeeded",
      timestamp: iso(call.world.now),
      duration: "PT0S",
      correlationId: call.correlationId,
      providers: [],
      dependencies: [],
      validatedResources: plan.resources.map((resource) => ({ id: resource.id })),
    },
  });
}

/** Answers create or modify for each resource, without comparing properties. */
function whatIf(call: Call, id: string): Answer {
  const { world, principal, apiVersion } = call;
  authorize(world, principal, `${type}/whatIf/action`, id);
  const { plan } = ask(call, id);
  const operation = begin(world, { kind: "whatIf", resource: "", principal, seconds: 2 });
  operation.output = {
    status: "Succeeded",
    properties: {
      changes: plan.resources.map((resource) => ({
        resourceId: resource.id,
        changeType: find(world, resource.id) ? "Deploy" : "Create",
        ...(find(world, resource.id)
          ? {}
          : { after: { ...resource.body, id: resource.id, name: resource.name, type: resource.type } }),
      })),
    },
  };
  world.changed = true;
  const location = resultOf(world, operation, apiVersion);
  return { status: 202, headers: { location, "retry-after": retryAfter(world, 2) } };
}

const list = (call: Call, scope: string): Answer => {
  const path = parsePath(`${scope}/x/y`);
  authorize(call.world, call.principal, `${type}/read`, scope);
  if (path.group !== undefined && !groupOf(call.world, path)) throw groupNotFound(path.group);
  const start = `${scope}/providers/${type}/`.toLowerCase();
  const found = Object.entries(call.world.state.deployments).filter(([id]) => id.startsWith(start));
  return ok({ value: found.map(([, deployment]) => renderDeployment(call.world, deployment)).reverse() });
};

/** Deletes it from the history. What it created stays; a missing one is no error (Resources REST, "Deployments - Delete", 2025). */
function remove(call: Call, id: string): Answer {
  const { world, principal, apiVersion } = call;
  authorize(world, principal, `${type}/delete`, id);
  const deployment = world.state.deployments[id.toLowerCase()];
  if (!deployment) return { status: 204 };
  refuseNow(world, "DELETE", id);
  if (isActive(deployment))
    throw refuse(
      409,
      "DeploymentBeingActive",
      `The deployment '${deployment.name}' cannot be deleted while it is active.`,
    );
  delete world.state.deployments[id.toLowerCase()];
  const operation = begin(world, { kind: "delete", resource: "", principal, seconds: 2 });
  world.changed = true;
  return {
    status: 202,
    headers: { location: resultOf(world, operation, apiVersion), "retry-after": retryAfter(world, 2) },
  };
}

/** Where to poll for the end of such an operation. */
const resultOf = (world: World, { id }: Operation, apiVersion: string): string =>
  `${world.url}/subscriptions/${world.state.subscription}/providers/Microsoft.Resources/locations/global/operationResults/${id}?api-version=${apiVersion}`;

/** Deployments into a group, and at subscription scope. */
export const deploymentRoutes: readonly Route[] = [
  "/subscriptions/{s}/resourceGroups/{g}",
  "/subscriptions/{s}",
].flatMap((scope) => {
  const one = `${scope}/providers/${type}/{d}`;
  const idOf = (call: Call) =>
    call.path
      .split("/")
      .slice(0, same(call.path.split("/")[3], "providers") ? 7 : 9)
      .join("/");
  return [
    route("GET", `${scope}/providers/${type}`, (call) =>
      list(call, call.path.split(/\/providers\//i)[0] ?? ""),
    ),
    route("PUT", one, (call) => create(call, call.path)),
    route("GET", one, (call) => ok(renderDeployment(call.world, need(call, call.path, "read")))),
    route("HEAD", one, (call) => ({
      status: call.world.state.deployments[call.path.toLowerCase()] ? 204 : 404,
    })),
    route("DELETE", one, (call) => remove(call, call.path)),
    route("POST", `${one}/cancel`, (call) => cancel(call, idOf(call))),
    route("POST", `${one}/validate`, (call) => validate(call, idOf(call))),
    route("POST", `${one}/whatIf`, (call) => whatIf(call, idOf(call))),
    route("GET", `${one}/operationStatuses/{o}`, (call) => status(call, idOf(call))),
    ...[`${one}/operations`, `${scope}/deployments/{d}/operations`].map((path) =>
      route("GET", path, (call, { d }) => {
        const base = call.path.split(/\/(?:providers|deployments)\//i)[0];
        const deployment = need(call, `${base}/providers/${type}/${d}`, "operations/read");
        return ok({ value: renderOperations(call.world, deployment) });
      }),
    ),
  ];
});
