import type { ComputeManagementClient } from "@azure/arm-compute";
import type { RunTruth } from "../core/cloud.ts";
import { absent, unless } from "./faults.ts";
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
  const view = run.instanceView;
  return {
    name,
    state: stateOf(view?.executionState, run.provisioningState),
    exitCode: view?.exitCode,
    at: run.tags?.["at"],
    operation: run.tags?.["operation"],
    output: [view?.output, view?.error].filter((text) => text).join("\n"),
  };
}

function stateOf(execution: string | undefined, provisioning: string | undefined): RunTruth["state"] {
  if (execution === "Succeeded") return "succeeded";
  if (execution === "Running") return "running";
  if (execution === "Failed" || execution === "TimedOut" || execution === "Canceled") return "failed";
  // It never began: the VM's agent did not take it.
  return provisioning === "Failed" || provisioning === "Canceled" ? "failed" : "pending";
}

/**
 * Runs a script as root on the VM. The same name with the same script may not run again, so one that is there is
 * deleted first; a VM holds 25 of them at most.
 */
export const putRun = (
  compute: ComputeManagementClient,
  group: string,
  vm: string,
  run: {
    name: string;
    location: string;
    script: string;
    timeoutSeconds: number;
    tags: Readonly<Record<string, string | undefined>>;
  },
) =>
  submit(
    compute.virtualMachineRunCommands.createOrUpdate(group, vm, run.name, {
      location: run.location,
      tags: Object.fromEntries(
        Object.entries(run.tags).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      source: { script: run.script },
      timeoutInSeconds: run.timeoutSeconds,
      // Azure need not hold the VM busy until the script ends; the instance view tells how it goes.
      asyncExecution: true,
    }),
  );

export const deleteRun = (compute: ComputeManagementClient, group: string, vm: string, name: string) =>
  unless(submit(compute.virtualMachineRunCommands.delete(group, vm, name)), 404);
