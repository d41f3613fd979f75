import type { Step, View } from "../core/operation.ts";

/** The run command that asks whether OpenClaw answers; a name of its own each time, since Azure may not run it twice. */
export const gatewayRun = (operation: string): string => `gateway-${operation}`;

/**
 * Finds out whether the gateway on a running VM answers, then ends the operation.
 * The run command is deleted once it was read: Azure keeps 25 a VM.
 */
export function checkGateway(view: View, finish: { ready: Step; degraded: Step }): Step {
  const { truth, operation } = view;
  const run = gatewayRun(operation.id);
  const phase = "checking";
  const found = operation.notes["gateway"];
  if (found && truth.run) return { act: { do: "deleteRun", run }, againInSeconds: 1, phase };
  if (found) return found === "answers" ? finish.ready : finish.degraded;
  switch (truth.run?.state) {
    case undefined:
      return { act: { do: "checkGateway", run }, againInSeconds: 3, phase };
    case "pending":
    case "running":
      return { waitSeconds: 5, phase };
    case "succeeded":
      return { waitSeconds: 0, phase, notes: { gateway: "answers" } };
    case "failed":
      return { waitSeconds: 0, phase, notes: { gateway: "silent" } };
  }
}
