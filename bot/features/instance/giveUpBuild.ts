import type { Step, View } from "../../core/operation.ts";
import { deadlinePassed, straySeconds, tookTooLong } from "../../steps/overdue.ts";
import { clearNext, keptDisk, tagging } from "../../steps/remains.ts";
import { asItWas } from "../../steps/snapshot.ts";
import { ready } from "./buildEnds.ts";
import { isUntouched } from "./prepareBuild.ts";

/** Gives the build up. Why it took too long stays known, whatever Azure says while what was made is cleared away. */
export function giveUp(view: View): Step {
  const step = ending(view);
  return "finish" in step ? step : { ...step, refusal: view.operation.refusal ?? tookTooLong(view) };
}

/** Cancel, wait until that has ended, keep a late success unless somebody asked to end it, else clear up. */
function ending(view: View): Step {
  const { operation, truth, now } = view;
  const phase = "cancelling";
  if (isUntouched(view)) return asItWas(view, deadlinePassed(view));
  if (truth.deployment?.state === "running") {
    if (operation.notes["cancelSent"]) return { waitSeconds: 5, phase };
    return {
      act: { do: "cancelDeployment", deployment: truth.deployment.name },
      againInSeconds: 2,
      phase,
      notes: { cancelSent: now.toISOString() },
    };
  }
  if (!operation.cancelledAt && operation.pins && truth.deployment?.state === "succeeded") return ready(view);
  const clearing =
    clearNext(view, "unmounted") ?? (truth.homeDisk?.tags["keptSince"] ? undefined : tagging(view));
  if (clearing) return { ...clearing, phase };
  // The build may be on its way to Azure at this very moment.
  const since = operation.cancelledAt
    ? (now.getTime() - Date.parse(operation.cancelledAt)) / 1000
    : straySeconds;
  if (operation.pins && !truth.deployment && since < straySeconds) return { waitSeconds: 10, phase };
  return {
    finish: operation.cancelledAt ? "cancelled" : "failed",
    fault: operation.cancelledAt ? undefined : deadlinePassed(view),
    instance: {
      state: "absent",
      seenAt: now.toISOString(),
      generation: undefined,
      publicIp: undefined,
      access: [],
      homeDisk: keptDisk(truth, now),
    },
  };
}
