import type { Fault, FaultKind, FaultSetting } from "./faults.ts";
import { newGuid, type World } from "./world.ts";

/** Turns a fault on; one per kind and target at a time. */
export function setFault(world: World, setting: FaultSetting): Fault {
  const fault = { ...setting, id: newGuid(world) };
  const others = world.state.faults.filter((f) => f.kind !== fault.kind || f.target !== fault.target);
  world.state.faults = [...others, fault];
  return fault;
}

/** Turns off all faults of a kind, or all faults. */
export function clearFaults(world: World, kind?: FaultKind): void {
  world.state.faults = kind === undefined ? [] : world.state.faults.filter((fault) => fault.kind !== kind);
  world.changed = true;
}
