import type { Step, View } from "../core/operation.ts";
import { ask, clearing, wasHeard } from "./ask.ts";

/**
 * Checks whether the gateway on a running VM answers, then ends the operation.
 * @param seconds how long the gateway may take to answer
 */
export function checkGateway(view: View, seconds: number, ends: () => { ready: Step; degraded: Step }): Step {
  const step = ask(view, "gateway", (given) => ({ do: "checkGateway", seconds, ...given }), "checking");
  if (!wasHeard(step)) return step;
  const { name, state } = step.heard;
  const { ready, degraded } = ends();
  return clearing(state === "succeeded" ? ready : degraded, name);
}
