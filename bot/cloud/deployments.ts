import type { DeploymentOperation, DeploymentsClient } from "@azure/arm-resourcesdeployments";
import type { Building, DeploymentTruth, PastDeployment } from "../core/cloud.ts";
import { all } from "../core/first.ts";
import { deploymentOf } from "../core/names.ts";
import { exitCodeIn } from "./exitCode.ts";
import { absent, faultWithin, removing, unless } from "./faults.ts";
import { entraLogin } from "./signIn.ts";
import { submit } from "./wire.ts";

type Template = Readonly<Record<string, unknown>>;
/** A parameter that is undefined keeps the template's default. */
type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Starts a deployment, or lets the one of this name continue. */
export async function startDeployment(
  client: DeploymentsClient,
  group: string,
  name: string,
  template: Template,
  parameters: Parameters,
): Promise<void> {
  const before = await stateOf(client, group, name);
  if (before === "running" || before === "succeeded") return;
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const poller = client.deployments.createOrUpdate(group, name, {
    properties: {
      mode: "Incremental",
      template,
      parameters: Object.fromEntries(given.map(([parameter, value]) => [parameter, { value }])),
    },
  });
  await unless(submit(poller), "DeploymentActive", "DeploymentActiveAndUneditable");
}

async function stateOf(client: DeploymentsClient, group: string, name: string) {
  const deployment = await absent(client.deployments.get(group, name));
  return deployment && stateFrom(deployment.properties?.provisioningState);
}

/** The state of a deployment and, if it failed, the reason. */
export async function deploymentTruth(
  client: DeploymentsClient,
  group: string,
  name: string,
): Promise<DeploymentTruth | undefined> {
  const deployment = await absent(client.deployments.get(group, name));
  if (!deployment) return undefined;
  const { provisioningState, correlationId, error } = deployment.properties ?? {};
  const state = stateFrom(provisioningState);
  if (state !== "failed") return { name, state };
  // The operations know more than the deployment: each resource has one.
  const [first] = (await failures(client, group, name)).sort((a, b) => time(a) - time(b));
  const fault = faultWithin(first?.properties?.statusMessage?.error ?? error ?? {}, correlationId ?? "");
  const failed = partOf(first);
  return { name, state, fault, failed, exitCode: failed === "gate" ? exitCodeIn(fault.detail) : undefined };
}

/** The part of an instance that the operation was about. Only its target shows that: Azure's text about a run command may be the same as about an extension. */
function partOf(operation: DeploymentOperation | undefined): DeploymentTruth["failed"] {
  const { resourceType = "", resourceName = "" } = operation?.properties?.targetResource ?? {};
  switch (resourceType.toLowerCase()) {
    case "microsoft.compute/virtualmachines/runcommands":
      return "gate";
    case "microsoft.compute/virtualmachines/extensions":
      return resourceName.endsWith(`/${entraLogin}`) ? "signIn" : undefined;
    default:
      return undefined;
  }
}

const ended: Readonly<Record<string, DeploymentTruth["state"]>> = {
  Succeeded: "succeeded",
  Failed: "failed",
  Canceled: "canceled",
};
const stateFrom = (provisioning = ""): DeploymentTruth["state"] => ended[provisioning] ?? "running";

const time = (operation: DeploymentOperation) => operation.properties?.timestamp?.getTime() ?? 0;

async function failures(client: DeploymentsClient, group: string, name: string) {
  // The network cancels an operation that a newer call replaced.
  return (await operationsOf(client, group, name)).filter(
    (operation) => hasFailed(operation) && operation.properties?.statusMessage?.error,
  );
}

/** How far a deployment is. Undefined if there is none of this name in the history. */
export async function buildingTruth(
  client: DeploymentsClient,
  group: string,
  name: string,
): Promise<Building | undefined> {
  const made = await absent(operationsOf(client, group, name));
  return (
    made && {
      vm: made.some(
        ({ properties }) =>
          properties?.targetResource?.resourceType?.toLowerCase() === "microsoft.compute/virtualmachines" &&
          properties.provisioningState === "Succeeded",
      ),
      failed: made.some(hasFailed),
    }
  );
}

const operationsOf = (client: DeploymentsClient, group: string, name: string) =>
  all(client.deploymentOperations.list(group, name));

const hasFailed = ({ properties }: DeploymentOperation): boolean =>
  /^(Failed|Canceled)$/.test(properties?.provisioningState ?? "");

/** Ends a running deployment. What it has started to create may still appear. */
export const cancelDeployment = (client: DeploymentsClient, group: string, name: string): Promise<void> =>
  // 409: it has already ended.
  unless(client.deployments.cancel(group, name), 404, 409);

/** The bot's ended deployments in the history, oldest first. */
export async function pastDeployments(
  client: DeploymentsClient,
  group: string,
): Promise<readonly PastDeployment[]> {
  const found: PastDeployment[] = [];
  for await (const { name = "", properties } of client.deployments.listByResourceGroup(group)) {
    const ended = stateFrom(properties?.provisioningState) !== "running";
    // Without a time from Azure, it isn't known to be old.
    if (ended && properties?.timestamp && deploymentOf(name))
      found.push({ name, endedAt: properties.timestamp.toISOString() });
  }
  return found.toSorted((a, b) => a.endedAt.localeCompare(b.endedAt));
}

/** Deletes a deployment from the history. What it created stays. */
export const forgetDeployment = (client: DeploymentsClient, group: string, name: string): Promise<void> =>
  removing(submit(client.deployments.delete(group, name)), () => client.deployments.get(group, name));
