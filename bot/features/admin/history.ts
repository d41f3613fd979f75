import { hourMs } from "../../core/clock.ts";
import { AzureFault } from "../../core/errors.ts";
import { deploymentOf } from "../../core/names.ts";
import type { Parts, Periodic } from "../../parts.ts";

/**
 * A resource group holds 800 deployments on record, and Azure takes its time to make room (Microsoft Learn, "Automatic deletions from
 * deployment history", 2026): none where a lock forbids it, or where the subscription has opted out. So old ones of ours go in time.
 */
interface Limits {
  /** How many of ours stay on record, whatever their age. */
  readonly kept: number;
  /** How many go in one sweep; what is left goes in the next. */
  readonly mostAtOnce: number;
}
/** Azure itself begins at 700. */
const limits: Limits = { kept: 300, mostAtOnce: 100 };
const rest = "rest";
/** Azure has no room for another one on its record. */
const full = "full";

/** What makes room for deployments: in time, and where one was refused. */
export const deployments: Periodic = {
  name: "deployments",
  everyMs: hourMs,
  after: { refusal: "DeploymentQuotaExceeded", from: full },
  run: (parts, from) => trimHistory(parts, from),
};

/** Takes our oldest deployments off the record; more of them where there was no room for another. What they made stays. */
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
      // A lock for one keeps all of them: in an hour again.
      log.info("a deployment could not be deleted from the history", { name, why: error.message });
      break;
    }
  }
  if (gone > 0) log.info("deployments were deleted from the history", { gone, left: found.length - gone });
  // Not all that had to go are gone: the next sweep goes on.
  return !isFull && gone === mostAtOnce ? rest : undefined;
}

/** An operation that runs reads in it how its build goes. */
async function isNeeded(name: string, store: Parts["store"]): Promise<boolean> {
  const of = deploymentOf(name);
  if (!of) return true;
  return (await store.get(of.key, "op", of.operation))?.value.status === "running";
}
