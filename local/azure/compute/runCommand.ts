import { asWritten, type Kind, shown, textAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Body, Resource } from "../state.ts";
import { childrenOf, find, guidOf, iso, type World } from "../world.ts";
import { frameOf } from "./frame.ts";
import { statusAt, viewAt } from "./handler.ts";
import { needRunning, powerOf } from "./power.ts";
import { type Run, runScript } from "./script.ts";

const most = 25;

/** Managed run commands: one script each, on a running VM. */
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
    const written = guidOf(JSON.stringify(body["properties"]));
    // The same text again is no change: its number stays, and the handler never runs a number twice.
    if (before?.hidden["written"] !== written)
      resource.hidden = { written, run: begun(world, machine, resource) };
    resource.properties = { asyncExecution: false, timeoutInSeconds: 5400, ...resource.properties };
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

/** A script that the handler started on a VM, whatever happened to its run command since. */
interface Begun {
  readonly name: string;
  readonly endsAt: number;
}

/**
 * Starts a run. An earlier run of the same name may still be in progress, because deleting or replacing its run command doesn't
 * stop it. When that run ends, it deletes every other folder of the name, and so this run's output.
 */
function begun(world: World, machine: Resource, { name, properties }: Resource): Run {
  const timeout = Number(properties["timeoutInSeconds"] ?? 5400);
  const refusal = refusalOf(machine, properties);
  const run = refusal
    ? { startedAt: world.now, endsAt: world.now + 1000, output: [], errors: [], ...refusal }
    : runScript(world, textAt(properties, "source.script") ?? "", machine, timeout);
  const others = ((machine.hidden["scripts"] ?? []) as Begun[]).filter(({ endsAt }) => endsAt > world.now);
  const before = others.filter((other) => other.name === name).map(({ endsAt }) => endsAt);
  const spoiledAt = Math.min(...before);
  machine.hidden["scripts"] = [...others, { name, endsAt: run.endsAt }];
  return spoiledAt < run.endsAt ? { ...run, spoiledAt } : run;
}

/** What the handler refuses before any script runs. */
function refusalOf(
  machine: Resource,
  properties: Body,
): { readonly exitCode: number; readonly refusal: string } | undefined {
  if (!textAt(properties, "source.script") && !textAt(properties, "source.scriptUri"))
    return {
      exitCode: -202,
      refusal:
        "failed to get configuration: invalid configuration: Either 'source.script' or 'source.scriptUri' has to be specified",
    };
  const user = textAt(properties, "runAsUser");
  const known = ["root", "openclaw", textAt(machine.properties, "osProfile.adminUsername")];
  if (user === undefined || known.includes(user)) return undefined;
  return {
    exitCode: -102,
    refusal: `failed to execute command: Failed to lookup RunAs user '${user}'. Looks like user does not exist. For RunAs to work properly, contact admin of VM and make sure RunAs user is added on the VM and user has access to resources accessed by the Run Command (Directories, Files, Network etc.). Refer: https://aka.ms/RunCommandManagedLinux: user: unknown user ${user}`,
  };
}

function ended(world: World, command: Resource): { again: number } | undefined {
  const run = command.hidden["run"] as Run;
  if (command.properties["asyncExecution"] !== true && run.endsAt > world.now) return { again: run.endsAt };
  const { status, view } = statusAt(run, command.properties, world.now);
  if (status !== "error") return undefined;
  const { code, message } = frameOf(world, command.name, view);
  throw refuse(409, code, message);
}

/** The handler's view, with times as Azure writes them, and no end time while it runs. */
function viewOf(command: Resource, now: number): Body {
  const run = command.hidden["run"] as Run;
  const { startTime, endTime, ...view } = viewAt(run, now);
  return {
    ...view,
    startTime: iso(Date.parse(startTime)),
    ...(endTime === "" ? {} : { endTime: iso(Date.parse(endTime)) }),
    statuses: [],
  };
}

/** The VM that a run command or extension belongs to; the caller has checked that it exists. */
export function machineOf(world: World, id: string): Resource {
  const machine = find(world, id);
  if (!machine) throw refuse(404, "ParentResourceNotFound", `The VM '${id}' could not be found.`);
  return machine;
}

export const runs = (machine: Resource) => powerOf(machine) === "running";
