import type { ComputeManagementClient, VirtualMachineRunCommandInstanceView } from "@azure/arm-compute";
import type { RunTruth } from "../core/cloud.ts";
import { graceSeconds } from "../core/runs.ts";
import { absent, removing } from "./faults.ts";
import { submit } from "./wire.ts";

/** A managed run command by name; undefined when there is none, or no VM. */
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
    // What comes after it, on the other channel, are errors and warnings of whatever ran: no answer of a script of ours.
    output: state === "unknown" ? "" : (view?.output ?? "").slice(0, mostOutput),
  };
}

/** Twice what Azure keeps of what a script prints (Microsoft Learn, "Managed Run Commands", 2026: the last 4 KB): a row holds two of them. */
const mostOutput = 8192;

/** What Azure gives a script that names no time of its own (Microsoft Learn, "Managed Run Commands", 2026). */
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
    // The handler on the VM says Failed and -1 where time is up; Azure knows the other words as well.
    case "Failed":
    case "TimedOut":
    case "Canceled":
      return "failed";
    default:
      if (view?.exitCode !== undefined && view.endTime) return "unknown";
      // It never started: the VM's agent did not take it.
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
 * Runs a script as root on the VM. None of this name may be there: Azure does not stop the script of a run command that is replaced; when
 * that one ends it clears away what the newer one has printed. A VM holds 25 at most. `at`: ISO 8601, now.
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
      // Azure need not hold the VM busy until the script ends; the instance view tells how it goes.
      asyncExecution: true,
    }),
  );
}

export const deleteRun = (compute: ComputeManagementClient, group: string, vm: string, name: string) =>
  removing(submit(compute.virtualMachineRunCommands.delete(group, vm, name)), () =>
    compute.virtualMachineRunCommands.getByVirtualMachine(group, vm, name),
  );
