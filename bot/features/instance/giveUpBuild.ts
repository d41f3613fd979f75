import type { Step, View } from "../../core/operation.ts";
import { deadlinePassed, straySeconds, tookTooLong } from "../../steps/overdue.ts";
import { clearNext, keptDisk, tagging } from "../../steps/remains.ts";
import { asItWas } from "../../steps/snapshot.ts";
import { ready } from "./buildEnds.ts";
import { isUntouched } from "./prepareBuild.ts";

/** Gives the build up. The note of why it took too long survives whatever Azure says during the clean-up. */
export function giveUp(view: View): Step {
  const step = ending(view);
  return "finish" in step ? step : { ...step, refusal: view.operation.refusal ?? tookTooLong(view) };
}

/** Cancels and waits for that to finish. Keeps a late success unless someone asked to cancel; otherwise clears up. */
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
  // The build may still be on its way to Azure.
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
