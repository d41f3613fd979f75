import { listAt, textAt } from "../arm/kind.ts";
import { running } from "../arm/operations.ts";
import { refuse } from "../errors.ts";
import { needUnreserved } from "../network/interface.ts";
import { refusalOf } from "../refusals.ts";
import type { Resource } from "../state.ts";
import { find, same, type World } from "../world.ts";
import { interfacesOf } from "./quota.ts";

/** A VM can only join a Flexible set in its own group that covers its zone. */
export function checkScaleSet(world: World, machine: Resource): void {
  const id = textAt(machine.properties, "virtualMachineScaleSet.id");
  if (id === undefined) return;
  const set = find(world, id);
  if (!set) throw notFound(id);
  if (set.properties["orchestrationMode"] !== "Flexible")
    throw refuse(
      400,
      "BadRequest",
      `The Virtual Machine Scale Set '${set.name}' is not in Flexible orchestration mode.`,
    );
  if (!same(set.id.split("/")[4], machine.id.split("/")[4]))
    throw refuse(
      400,
      "BadRequest",
      "The Virtual Machine and its Virtual Machine Scale Set must be in the same resource group.",
    );
  const [zone] = machine.zones ?? [];
  if (zone === undefined ? set.zones !== undefined : !set.zones?.includes(zone))
    throw refuse(
      400,
      "BadRequest",
      `The zone(s) '${zone ?? ""}' of Virtual Machine '${machine.name}' must match the zones '${set.zones?.join(",") ?? ""}' of Virtual Machine Scale Set '${set.name}'.`,
    );
}

/** Its network interfaces must exist in its region, and belong to no other VM. */
export function checkInterfaces(world: World, machine: Resource): void {
  const ids = interfacesOf(machine);
  if (ids.length === 0)
    throw refuse(400, "InvalidParameter", "Virtual Machine must have at least one network interface.");
  for (const id of ids) {
    const nic = find(world, id);
    if (!nic || !same(nic.location, machine.location)) throw invalidReference(id, machine.id);
    needUnreserved(world, nic, machine.id);
    const holder = textAt(nic.properties, "virtualMachine.id");
    if (holder !== undefined && !same(holder, machine.id))
      throw refuse(
        400,
        "NicInUse",
        `Network Interface ${nic.id} is used by existing resource ${holder}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`,
      );
  }
}

/** Its data disks must exist, be free, and be in its region and zone, each on its own LUN. */
export function checkDisks(world: World, machine: Resource): void {
  const entries = listAt(machine.properties, "storageProfile.dataDisks");
  const luns = entries.map((entry) => entry["lun"]);
  if (new Set(luns).size < luns.length)
    throw refuse(400, "InvalidParameter", "A disk at the same LUN already exists.");
  for (const entry of entries) {
    const id = textAt(entry, "managedDisk.id");
    if (id === undefined)
      throw refuse(
        400,
        "InvalidParameter",
        "Only existing data disks are known to this simulator: createOption Attach.",
      );
    const disk = find(world, id);
    if (!disk) throw notFound(id);
    if (running(world, disk.id).some(({ kind }) => kind === "detach"))
      throw refusalOf("AttachDiskWhileBeingDetached", disk.id);
    if (disk.managedBy !== undefined && !same(disk.managedBy, machine.id))
      throw refuse(
        409,
        "ConflictingUserInput",
        `Disk '${disk.name}' cannot be attached as the disk is already owned by VM '${disk.managedBy}'.`,
      );
    if (!same(disk.location, machine.location)) throw invalidReference(id, machine.id);
    if (disk.zones && disk.zones[0] !== machine.zones?.[0])
      throw refuse(
        400,
        "BadRequest",
        `Disk ${disk.id} cannot be attached to the VM because it is not in zone '${machine.zones?.[0] ?? ""}'.`,
      );
  }
}

const notFound = (id: string) => refuse(404, "NotFound", `Resource ${id} is not found.`);

const invalidReference = (id: string, from: string) =>
  refuse(
    400,
    "InvalidResourceReference",
    `Resource ${id} referenced by resource ${from} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
