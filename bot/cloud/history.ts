import type { DeploymentsClient } from "@azure/arm-resourcesdeployments";
import type { PastDeployment } from "../core/cloud.ts";
import { deploymentOf } from "../core/names.ts";
import { stateFrom } from "./deployments.ts";
import { removing } from "./removal.ts";
import { submit } from "./wire.ts";

/** What is on record of the deployments that the bot made and that have ended, oldest first. */
export async function pastDeployments(
  client: DeploymentsClient,
  group: string,
): Promise<readonly PastDeployment[]> {
  const found: PastDeployment[] = [];
  for await (const { name = "", properties } of client.deployments.listByResourceGroup(group)) {
    const ended = stateFrom(properties?.provisioningState) !== "running";
    // Where Azure says nothing of the time, it is not known to be old.
    if (ended && properties?.timestamp && deploymentOf(name))
      found.push({ name, endedAt: properties.timestamp.toISOString() });
  }
  return found.toSorted((a, b) => a.endedAt.localeCompare(b.endedAt));
}

/** Takes a deployment off the record. What it made stays. */
export const forgetDeployment = (client: DeploymentsClient, group: string, name: string): Promise<void> =>
  removing(submit(client.deployments.delete(group, name)), () => client.deployments.get(group, name));
