import { isAllowed } from "../access/authorize.ts";
import type { Finish } from "../arm/kind.ts";
import { begin, running } from "../arm/operations.ts";
import { parsePath } from "../arm/path.ts";
import { refuse } from "../errors.ts";
import type { Deployment } from "../state.ts";
import { faultOf, find, type World } from "../world.ts";

export const deploymentType = "Microsoft.Resources/deployments";

/**
 * What the history of a group holds: 800 deployments; over 700 Azure takes away the oldest, down to 600, in the name of whoever
 * deploys and may delete deployments (Microsoft Learn, "Automatic deletions from deployment history", 2026).
 */
const history = { most: 800, full: 700, trimmed: 600 };
/** The trimming lets wait: people hit the limit while it was under way (MicrosoftDocs/azure-docs#58473, 2020). */
const trimSeconds = 600;

export const isActive = ({ status }: Deployment): boolean => status === "Accepted" || status === "Running";

/** A new deployment finds room in the history of its group. @throws AzureError */
export function needRoom(world: World, id: string): void {
  const { group, name } = parsePath(id);
  if (group === undefined) return;
  const count = inGroup(world, id).length;
  const fault = faultOf(world, "history");
  // Where nothing says what it holds, it is full with what it has.
  if (fault && fault.limit === undefined) Object.assign(fault, { limit: count });
  const most = fault?.limit ?? history.most;
  if (count < most) return;
  throw refuse(
    409,
    "DeploymentQuotaExceeded",
    `Creating the deployment '${name}' would exceed the quota of '${most}'. The current deployment count is '${count}', please delete some deployments before creating a new one. Please see https://aka.ms/arm-deploy for usage details.`,
  );
}

/** After a deployment was made: Azure sets about making room. */
export function trimLater(world: World, id: string, principal: string): void {
  const { subscription, group } = parsePath(id);
  const at = find(world, `/subscriptions/${subscription}/resourceGroups/${group}`);
  if (!at || faultOf(world, "history") || inGroup(world, id).length <= history.full) return;
  if (running(world, at.id).some(({ kind }) => kind === "trim")) return;
  begin(world, { kind: "trim", resource: at.id, principal, seconds: trimSeconds });
}

/** The oldest go; one that runs stays. */
export const trim: Finish = (world, group, { principal }) => {
  const all = inGroup(world, `${group.id}/providers/${deploymentType}/any`);
  const surplus = all.length - history.trimmed;
  const oldest = all.filter((one) => !isActive(one)).toSorted((a, b) => a.startedAt - b.startedAt);
  for (const { id } of oldest.slice(0, Math.max(0, surplus)))
    if (isAllowed(world, principal, `${deploymentType}/delete`, id, "actions"))
      delete world.state.deployments[id.toLowerCase()];
  return undefined;
};

const inGroup = (world: World, id: string): Deployment[] => {
  const start = `${parsePath(id).scope}/providers/${deploymentType}/`.toLowerCase();
  return Object.entries(world.state.deployments).flatMap(([key, one]) =>
    key.startsWith(start) ? [one] : [],
  );
};
