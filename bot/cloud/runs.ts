import type { ComputeManagementClient, VirtualMachineRunCommandInstanceView } from "@azure/arm-compute";
import type { RunTruth } from "../core/cloud.ts";
import { graceSeconds } from "../core/runs.ts";
import { absent, removing } from "./faults.ts";
import { submit } from "./wire.ts";

/** A managed run command by name. Undefined if there is none, or no VM. */
export async function runTruth(
  compute: ComputeManagementClient,
  group: string,
  vm: string,
  name: string,
): Promise<RunTruth | undefined> {
  const run = await absent(
    compute.virtualMachineRunCommands.getByVirtualMachine(group, vm, name, { expand: "instanceView" }),
  );
  if (!run) return undefined;
  const { instanceView: view, provisioningState, tags, timeoutInSeconds } = run;
  const state = stateOf(view, provisioningState);
  const at = tags?.["at"];
  const since = at === undefined ? view?.startTime?.getTime() : Date.parse(at);
  const seconds = (timeoutInSeconds ?? mostSeconds) + graceSeconds;
  return {
    name,
    state,
    exitCode: state === "pending" || state === "running" ? undefined : view?.exitCode,
    refusal: state === "failed" ? refusalIn(view) : undefined,
    at,
    until: since === undefined ? undefined : new Date(since + seconds * 1000).toISOString(),
    // The rest, on the other channel, are errors and warnings of whatever ran: never an answer of the bot's scripts.
    output: state === "unknown" ? "" : (view?.output ?? "").slice(0, mostOutput),
  };
}

/** Twice what Azure keeps of a script's output (Microsoft Learn, "Managed Run Commands", 2026: the last 4 KB), because a row holds two of them. */
const mostOutput = 8192;

/** The time that Azure gives a script without a limit of its own (Microsoft Learn, "Managed Run Commands", 2026). */
const mostSeconds = 5400;

function stateOf(
  view: VirtualMachineRunCommandInstanceView | undefined,
  provisioning: string | undefined,
): RunTruth["state"] {
  switch (view?.executionState) {
    case "Succeeded":
      return "succeeded";
    case "Running":
      return "running";
    // The handler on the VM says Failed and -1 when time is up; Azure itself also has other words.
    case "Failed":
    case "TimedOut":
    case "Canceled":
      return "failed";
    default:
      if (view?.exitCode !== undefined && view.endTime) return "unknown";
      // It never started: the VM's agent didn't take it.
      return provisioning === "Failed" || provisioning === "Canceled" ? "failed" : "pending";
  }
}

/**
 * Why the handler couldn't start a script, such as unreadable settings or a missing user: nothing else says it. Scripts never exit
 * with a code below -1; the handler's own codes are below it (Azure/run-command-handler-linux, exitcodes.go, 2026).
 */
function refusalIn(view: VirtualMachineRunCommandInstanceView | undefined): string | undefined {
  if (!view) return "Azure's agent on the VM did not take it.";
  if ((view.exitCode ?? 0) >= -1) return undefined;
  return (view.executionMessage ?? "").slice(0, 2000);
}

/** The names of all run commands on a VM. */
export async function runNames(
  compute: ComputeManagementClient,
  group: string,
  vm: string,
): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of compute.virtualMachineRunCommands.listByVirtualMachine(group, vm))
    if (name !== undefined) names.push(name);
  return names;
}

/**
 * Runs a script as root on the VM. No run command of this name may exist: Azure doesn't stop the script of a replaced one, and when that
 * ends, it deletes the newer one's output. A VM holds 25 at most. `at`: ISO 8601, now.
 */
export async function putRun(
  compute: ComputeManagementClient,
  group: string,
  vm: string,
  run: { name: string; location: string; script: string; timeoutSeconds: number; at: string },
): Promise<void> {
  await submit(
    compute.virtualMachineRunCommands.createOrUpdate(group, vm, run.name, {
      location: run.location,
      tags: { at: run.at },
      source: { script: run.script },
      timeoutInSeconds: run.timeoutSeconds,
      // Azure needn't keep the VM busy until the script ends; the instance view shows its progress.
      asyncExecution: true,
    }),
  );
}

export const deleteRun = (compute: ComputeManagementClient, group: string, vm: string, name: string) =>
  removing(submit(compute.virtualMachineRunCommands.delete(group, vm, name)), () =>
    compute.virtualMachineRunCommands.getByVirtualMachine(group, vm, name),
  );
