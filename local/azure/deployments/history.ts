import { isAllowed } from "../access/authorize.ts";
import type { Finish } from "../arm/kind.ts";
import { begin, running } from "../arm/operations.ts";
import { parsePath } from "../arm/path.ts";
import { refuse } from "../errors.ts";
import type { Deployment } from "../state.ts";
import { faultOf, find, type World } from "../world.ts";

export const deploymentType = "Microsoft.Resources/deployments";

/**
 * A group's history holds 800 deployments; above 700, Azure deletes the oldest, down to 600, on behalf of a
 * deployer who may delete deployments (Microsoft Learn, "Automatic deletions from deployment history", 2026).
 */
const history = { most: 800, full: 700, trimmed: 600 };
/** Trimming takes time: people hit the limit while it was in progress (MicrosoftDocs/azure-docs#58473, 2020). */
const trimSeconds = 600;

export const isActive = ({ status }: Deployment): boolean => status === "Accepted" || status === "Running";

/** Makes sure that the group's history has room for a new deployment. @throws AzureError */
export function needRoom(world: World, id: string): void {
  const { group, name } = parsePath(id);
  if (group === undefined) return;
  const count = inGroup(world, id).length;
  const fault = faultOf(world, "history");
  // Without a limit, the fault means that the history is full now.
  if (fault && fault.limit === undefined) Object.assign(fault, { limit: count });
  const most = fault?.limit ?? history.most;
  if (count < most) return;
  throw refuse(
    409,
    "DeploymentQuotaExceeded",
    `Creating the deployment '${name}' would exceed the quota of '${most}'. The current deployment count is '${count}', please delete some deployments before creating a new one. Please see https://aka.ms/arm-deploy for usage details.`,
  );
}

/** After a new deployment, schedules Azure's trimming. */
export function trimLater(world: World, id: string, principal: string): void {
  const { subscription, group } = parsePath(id);
  const at = find(world, `/subscriptions/${subscription}/resourceGroups/${group}`);
  if (!at || faultOf(world, "history") || inGroup(world, id).length <= history.full) return;
  if (running(world, at.id).some(({ kind }) => kind === "trim")) return;
  begin(world, { kind: "trim", resource: at.id, principal, seconds: trimSeconds });
}

/** Deletes the oldest; a running one stays. */
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
