import { asWritten, type Kind, shown, textAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Body, Resource } from "../state.ts";
import { childrenOf, find, guidOf, iso, type World } from "../world.ts";
import { needRunning, powerOf } from "./power.ts";
import { outputOf, type Run, runScript } from "./script.ts";

const most = 25;

/** Managed run commands: one script each, on a VM that runs. */
export const runCommands: Kind = {
  type: "Microsoft.Compute/virtualMachines/runCommands",
  seconds: { create: 1, update: 1, remove: 2 },
  prepare(write) {
    const { world, before, path, body } = write;
    const machine = machineOf(world, path.parent);
    needRunning(machine);
    if (!before && childrenOf(world, machine.id, "runCommands").length >= most)
      throw refuse(
        409,
        "OperationNotAllowed",
        `The number of run commands on VM '${machine.name}' is at its limit of ${most}. Delete run commands that have ended.`,
      );
    const resource = asWritten(write);
    const script = textAt(body, "properties.source.script") ?? "";
    const timeout = Number(resource.properties["timeoutInSeconds"] ?? 5400);
    const written = guidOf(JSON.stringify(body["properties"]));
    // The same text again is no change, so the agent does not run it again.
    if (before?.hidden["written"] !== written)
      resource.hidden = { written, run: runScript(world, script, machine, timeout) };
    resource.properties = { asyncExecution: false, timeoutInSeconds: timeout, ...resource.properties };
    return resource;
  },
  finish: { create: ended, update: ended },
  render(world, command, query) {
    const expanded = query.get("$expand")?.toLowerCase() === "instanceview";
    return {
      ...shown(command),
      properties: {
        ...command.properties,
        ...(expanded ? { instanceView: viewOf(command, world.now) } : {}),
      },
    };
  },
};

function ended(world: World, command: Resource): { again: number } | undefined {
  const run = command.hidden["run"] as Run;
  if (command.properties["asyncExecution"] !== true && run.endsAt > world.now) return { again: run.endsAt };
  if (
    run.endsAt > world.now ||
    run.exitCode === 0 ||
    command.properties["treatFailureAsDeploymentFailure"] !== true
  )
    return undefined;
  const why = run.timedOut ? "timed out" : `failed with exit code ${run.exitCode}`;
  throw refuse(
    409,
    "VMExtensionProvisioningError",
    `VM has reported a failure when processing extension '${command.name}' (publisher 'Microsoft.CPlat.Core' and type 'RunCommandHandlerLinux'). Error message: 'User Run Command Script ${why}.'. More information on troubleshooting is available at https://aka.ms/vmextensionlinuxtroubleshoot.`,
  );
}

function viewOf(command: Resource, now: number): Body {
  const run = command.hidden["run"] as Run;
  const over = run.endsAt <= now;
  return {
    executionState: !over
      ? "Running"
      : run.timedOut
        ? "TimedOut"
        : run.exitCode === 0
          ? "Succeeded"
          : "Failed",
    executionMessage: "",
    output: outputOf(run, now),
    error: run.error,
    startTime: iso(run.startedAt),
    ...(over ? { exitCode: run.exitCode, endTime: iso(run.endsAt) } : {}),
    statuses: [],
  };
}

/** The VM that a run command or extension belongs to; its existence was checked before. */
export function machineOf(world: World, id: string): Resource {
  const machine = find(world, id);
  if (!machine) throw refuse(404, "ParentResourceNotFound", `The VM '${id}' could not be found.`);
  return machine;
}

export const runs = (machine: Resource) => powerOf(machine) === "running";
