import type { OperationName, Step, View } from "../core/operation.ts";

/**
 * The run command that asks whether OpenClaw answers. One name for each kind of operation, so that whatever was left
 * behind – the VM stopped meanwhile, the operation was given up – is found and cleared away: Azure keeps 25 a VM.
 */
export const gatewayRun = (name: OperationName): string => `gateway-${name}`;

/**
 * Finds out whether the gateway on a running VM answers, then ends the operation.
 * Azure may not run the same script twice under one name, so the answer of an earlier operation is deleted first.
 * @param seconds how long the VM may take to answer; one that takes longer is silent
 */
export function checkGateway(view: View, seconds: number, finish: { ready: Step; degraded: Step }): Step {
  const { truth, operation, now } = view;
  const run = gatewayRun(operation.name);
  const phase = "checking";
  if (truth.run && isOlder(truth.run.at, operation.startedAt))
    return { act: { do: "deleteRun", run }, againInSeconds: 2, phase };
  switch (truth.run?.state) {
    case undefined:
      return { act: { do: "checkGateway", run, seconds, at: now.toISOString() }, againInSeconds: 3, phase };
    case "pending":
    case "running":
      return { waitSeconds: 5, phase };
    case "succeeded":
      return finish.ready;
    case "failed":
      return finish.degraded;
  }
}

/** Whether a run command was put before then (ISO 8601): it answers an earlier question. */
export const isOlder = (at: string | undefined, than: string): boolean =>
  at === undefined || Date.parse(at) < Date.parse(than);
