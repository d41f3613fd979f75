import { type Action, type ActionResult, type Finish, listAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Resource } from "../state.ts";
import { childrenOf, strike, type World } from "../world.ts";
import type { Boot } from "./boot.ts";
import { ownedAnew } from "./disk.ts";
import { type Run, runScript } from "./script.ts";

/** `running`, `stopped` (still billed), `deallocated`, and the states in between. */
export type Power = "starting" | "running" | "stopping" | "stopped" | "deallocating" | "deallocated";

export const powerOf = (machine: Resource) => machine.hidden["power"] as Power;

/** Simulated seconds that the guest takes: until cloud-init finishes, then until the gateway answers. */
const bootSeconds = { first: { cloudInit: 75, gateway: 15 }, later: { cloudInit: 15, gateway: 10 } };

const setPower = (machine: Resource, power: Power) => {
  machine.hidden["power"] = power;
};

/** The VM runs from now on: computes how its boot will go. */
function boot(world: World, machine: Resource): void {
  const first = machine.hidden["boot"] === undefined;
  const { cloudInit, gateway } = first ? bootSeconds.first : bootSeconds.later;
  const fault = first ? strike(world, "boot") : undefined;
  const homeDisk = listAt(machine.properties, "storageProfile.dataDisks").some((disk) => disk["lun"] === 0);
  const done = world.now + cloudInit * 1000;
  const begun: Boot = {
    since: world.now,
    done,
    gateway: done + gateway * 1000,
    exitCode: fault ? (fault.exitCode ?? 1) : homeDisk ? 0 : 11,
  };
  machine.hidden["boot"] = begun;
  setPower(machine, "running");
}

/** The VM no longer runs, and neither do its scripts. */
function halt(world: World, machine: Resource, power: Power): void {
  setPower(machine, power);
  machine.hidden["scripts"] = [];
  for (const command of childrenOf(world, machine.id, "runCommands")) {
    const run = command.hidden["run"] as Run | undefined;
    if (run && run.endsAt > world.now) Object.assign(run, { endsAt: world.now, exitCode: -1 });
  }
}

const allocate = (world: World, machine: Resource) => {
  if (!strike(world, "allocation")) return;
  throw refuse(
    409,
    "AllocationFailed",
    `Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about improving likelihood of allocation success at https://aka.ms/allocation-guidance (${machine.name})`,
  );
};

export const afterCreate: Finish = (world, machine) => {
  try {
    allocate(world, machine);
  } catch (error) {
    setPower(machine, "stopped");
    machine.hidden["refused"] = true;
    throw error;
  }
  boot(world, machine);
  return undefined;
};

/** Whether Compute accepted the VM but had no capacity for it, and it has not run since. */
export const neverRan = ({ hidden }: Resource): boolean =>
  hidden["refused"] === true && hidden["boot"] === undefined;

/** After a failed start, stop or creation, a VM is in its previous state. */
export function powerGivenUp(machine: Resource, kind: string): void {
  if (kind === "start") setPower(machine, "deallocated");
  if (kind === "create") setPower(machine, "stopped");
  if (["deallocate", "powerOff", "restart"].includes(kind)) setPower(machine, "running");
}

export const powerFinish: Readonly<Record<string, Finish>> = {
  start(world, machine) {
    if (powerOf(machine) === "running") return undefined;
    try {
      allocate(world, machine);
    } catch (error) {
      setPower(machine, "deallocated");
      throw error;
    }
    boot(world, machine);
    ownedAnew(world, machine);
    return undefined;
  },
  restart(world, machine) {
    halt(world, machine, "starting");
    boot(world, machine);
    return undefined;
  },
  powerOff(world, machine) {
    halt(world, machine, "stopped");
    return undefined;
  },
  deallocate(world, machine) {
    if (strike(world, "deallocate")) {
      setPower(machine, machine.hidden["boot"] === undefined ? "stopped" : "running");
      throw refuse(
        500,
        "InternalExecutionError",
        "An internal execution error occurred. Please retry later.",
      );
    }
    halt(world, machine, "deallocated");
    ownedAnew(world, machine);
    return undefined;
  },
  runCommand(_world, _machine) {
    return undefined;
  },
};

const seconds = { start: 20, restart: 15, powerOff: 10, deallocate: 25 };

export const machineActions: Readonly<Record<string, (action: Action) => ActionResult>> = {
  start({ resource }) {
    if (powerOf(resource) === "running") return { kind: "start", seconds: 1 };
    setPower(resource, "starting");
    return { kind: "start", seconds: seconds.start };
  },
  restart({ resource }) {
    if (powerOf(resource) !== "running") notRunning(resource, "restart");
    return { kind: "restart", seconds: seconds.restart };
  },
  poweroff({ resource }) {
    if (powerOf(resource) === "deallocated") return { kind: "powerOff", seconds: 1 };
    setPower(resource, "stopping");
    return { kind: "powerOff", seconds: seconds.powerOff };
  },
  deallocate({ resource }) {
    if (powerOf(resource) === "deallocated") return { kind: "deallocate", seconds: 1 };
    setPower(resource, "deallocating");
    return { kind: "deallocate", seconds: seconds.deallocate };
  },
  runcommand({ world, resource, body }) {
    needRunning(resource);
    const script = Array.isArray(body["script"]) ? body["script"].join("\n") : "";
    const run = runScript(world, script, resource, 5400);
    const text = (printed: Run["output"]) => printed.map((part) => part.text).join("");
    const message = `Enable succeeded: \n[stdout]\n${text(run.output)}\n[stderr]\n${text(run.errors)}`;
    return {
      kind: "runCommand",
      seconds: (run.endsAt - world.now) / 1000,
      input: {
        value: [
          {
            code: "ProvisioningState/succeeded",
            level: "Info",
            displayStatus: "Provisioning succeeded",
            message,
          },
        ],
      },
    };
  },
};

export function needRunning(machine: Resource): void {
  if (powerOf(machine) !== "running") notRunning(machine, "run command");
}

function notRunning(machine: Resource, what: string): never {
  throw refuse(
    409,
    "OperationNotAllowed",
    `The operation (${what}) requires the VM '${machine.name}' to be running (or set to run).`,
  );
}
