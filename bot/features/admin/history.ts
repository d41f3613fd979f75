import { hourMs } from "../../core/clock.ts";
import { AzureFault } from "../../core/errors.ts";
import { deploymentOf } from "../../core/names.ts";
import type { Parts, Periodic } from "../../parts.ts";

/**
 * A resource group keeps up to 800 deployments, and Azure takes its time to delete old ones (Microsoft Learn, "Automatic deletions
 * from deployment history", 2026). It deletes none if a lock forbids it or the subscription opted out, so the bot deletes its own.
 */
interface Limits {
  /** How many of the bot's deployments stay on record, whatever their age. */
  readonly kept: number;
  /** How many are deleted in one sweep. The next sweep continues. */
  readonly mostAtOnce: number;
}
/** Azure itself starts deleting at 700. */
const limits: Limits = { kept: 300, mostAtOnce: 100 };
const rest = "rest";
/** Azure's deployment history is full. */
const full = "full";

/** Makes room in the deployment history: regularly, and at once when a deployment was refused. */
export const deployments: Periodic = {
  name: "deployments",
  everyMs: hourMs,
  after: { refusal: "DeploymentQuotaExceeded", from: full },
  run: (parts, from) => trimHistory(parts, from),
};

/** Deletes the bot's oldest deployments from the history, more of them if it is full. The resources that they created stay. */
export async function trimHistory(
  { store, cloud, settings, log }: Parts,
  from: unknown,
  { kept, mostAtOnce } = limits,
): Promise<typeof rest | undefined> {
  const isFull = from === full;
  const found = await cloud.pastDeployments(settings.place);
  const surplus = isFull ? mostAtOnce : Math.min(found.length - kept, mostAtOnce);
  let gone = 0;
  for (const { name } of found) {
    if (gone >= surplus) break;
    if (await isNeeded(name, store)) continue;
    try {
      await cloud.forgetDeployment(settings.place, name);
      gone += 1;
    } catch (error) {
      if (!(error instanceof AzureFault)) throw error;
      // A lock on one protects all of them: try again in an hour.
      log.info("a deployment could not be deleted from the history", { name, why: error.message });
      break;
    }
  }
  if (gone > 0) log.info("deployments were deleted from the history", { gone, left: found.length - gone });
  // There may be more to delete: the next sweep continues.
  return !isFull && gone === mostAtOnce ? rest : undefined;
}

/** A running operation reads its build's progress from the deployment. */
async function isNeeded(name: string, store: Parts["store"]): Promise<boolean> {
  const of = deploymentOf(name);
  if (!of) return true;
  return (await store.get(of.key, "op", of.operation))?.value.status === "running";
}
