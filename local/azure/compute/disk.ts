import { asWritten, at, type Kind, type LinkedRight, shown, textAt, type Write } from "../arm/kind.ts";
import { begin, running } from "../arm/operations.ts";
import { AzureError, invalidParameter, refuse } from "../errors.ts";
import type { Body, Resource } from "../state.ts";
import { find, guidOf, iso, ofType, same, strike, type World } from "../world.ts";

export const diskType = "Microsoft.Compute/disks";
const gib = 1024 ** 3;

const accepted = { created: 202, updated: 202 };

export const disks: Kind = {
  type: diskType,
  seconds: { create: 4, update: 2, remove: 4 },
  status: accepted,
  linked: sourceRights,
  prepare(write) {
    const { before, body } = write;
    const resource = copyable(write, before?.properties["diskSizeGB"]);
    resource.sku = { name: "Standard_LRS", ...(before?.sku ?? {}), ...asSku(body["sku"]), tier: undefined };
    resource.sku["tier"] = String(resource.sku["name"]).startsWith("Premium") ? "Premium" : "Standard";
    resource.properties["diskState"] = before?.properties["diskState"] ?? "Unattached";
    if (before?.managedBy) resource.managedBy = before.managedBy;
    return resource;
  },
  finish: {
    detach(world, disk) {
      attach(world, disk, undefined);
      return undefined;
    },
  },
  mayRemove(_world, disk) {
    if (disk.managedBy)
      throw new AzureError(409, {
        code: "OperationNotAllowed",
        message: `Disk ${disk.name} is attached to VM ${disk.managedBy}.`,
      });
  },
};

export const snapshots: Kind = {
  type: "Microsoft.Compute/snapshots",
  seconds: { create: 6, update: 2, remove: 4 },
  status: accepted,
  linked: sourceRights,
  prepare(write) {
    const resource = copyable(write, undefined);
    resource.sku = {
      name: "Standard_LRS",
      ...(write.before?.sku ?? {}),
      ...asSku(write.body["sku"]),
      tier: "Standard",
    };
    if (textAt(resource.properties, "creationData.createOption")?.toLowerCase() === "empty")
      throw invalidParameter(
        "Parameter 'creationData.createOption' has an invalid value 'Empty' for a snapshot.",
        "creationData.createOption",
      );
    resource.properties["diskState"] ??= "Unattached";
    resource.properties["incremental"] ??= false;
    return resource;
  },
  finish: {
    create(world, snapshot) {
      const fault = strike(world, "snapshot");
      if (fault && fault.seconds === undefined)
        throw refuse(
          500,
          "InternalExecutionError",
          "An internal execution error occurred. Please retry later.",
        );
      snapshot.hidden["copiedAt"] = world.now + (fault?.seconds ?? 0) * 1000;
      return undefined;
    },
  },
  /** The resource succeeds before its copy is complete. */
  render(world, snapshot) {
    const body = shown(snapshot);
    const copied = Number(snapshot.hidden["copiedAt"] ?? Number.POSITIVE_INFINITY) <= world.now;
    return { ...body, properties: { ...snapshot.properties, completionPercent: copied ? 100 : 10 } };
  },
};

/** What disks and snapshots have in common: a size, and a source for their content. */
function copyable(write: Write, oldSize: unknown): Resource {
  const { world, before } = write;
  const resource = asWritten(write);
  const { properties } = resource;
  const creation = (properties["creationData"] ?? before?.properties["creationData"]) as Body | undefined;
  if (!creation?.["createOption"])
    throw invalidParameter(
      "Required parameter 'creationData.createOption' is missing (null).",
      "creationData.createOption",
    );
  // Once it exists, it no longer needs its source.
  const source = before
    ? undefined
    : sourceOf(world, textAt(creation, "sourceResourceId"), textAt(creation, "createOption"));
  const uniqueId = source?.properties["uniqueId"] ?? at(before?.properties, "creationData.sourceUniqueId");
  const wanted = Number(properties["diskSizeGB"] ?? oldSize ?? source?.properties["diskSizeGB"]);
  const atLeast = Math.max(Number(oldSize ?? 0), Number(source?.properties["diskSizeGB"] ?? 0));
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_536)
    throw invalidParameter("The value of parameter diskSizeGB is invalid.", "diskSizeGB");
  if (wanted < atLeast)
    throw invalidParameter(
      `Disk size reduction is not supported. Current size is ${atLeast} GB, requested size is ${wanted} GB.`,
      "diskSizeGB",
    );
  return Object.assign(resource, {
    properties: {
      ...before?.properties,
      ...properties,
      creationData: { ...creation, ...(uniqueId === undefined ? {} : { sourceUniqueId: uniqueId }) },
      diskSizeGB: wanted,
      diskSizeBytes: wanted * gib,
      timeCreated: before?.properties["timeCreated"] ?? iso(world.now),
      uniqueId: before?.properties["uniqueId"] ?? guidOf(`${resource.id}@${world.now}`),
      encryption: { type: "EncryptionAtRestWithPlatformKey" },
      networkAccessPolicy: properties["networkAccessPolicy"] ?? "AllowAll",
      publicNetworkAccess: properties["publicNetworkAccess"] ?? "Enabled",
    },
  });
}

function sourceOf(world: World, id: string | undefined, option: string | undefined): Resource | undefined {
  if (option?.toLowerCase() !== "copy") return undefined;
  if (!id)
    throw invalidParameter(
      "Required parameter 'creationData.sourceResourceId' is missing (null).",
      "creationData.sourceResourceId",
    );
  const source = find(world, id);
  if (!source) throw refuse(404, "NotFound", `Resource ${id} is not found.`);
  if (source.properties["provisioningState"] !== "Succeeded")
    throw refuse(
      409,
      "OperationNotAllowed",
      `The source resource ${id} is not in a state from which it can be copied.`,
    );
  return source;
}

/** Copying needs read access to the source's content. */
function sourceRights(write: Write): LinkedRight[] {
  const source = textAt(write.body, "properties.creationData.sourceResourceId");
  if (source === undefined || write.before) return [];
  const type = /\/snapshots\//i.test(source) ? "snapshots" : "disks";
  return [{ action: `Microsoft.Compute/${type}/beginGetAccess/action`, scope: source }];
}

const asSku = (sku: unknown): Body => (at({ sku }, "sku.name") ? { name: at({ sku }, "sku.name") } : {});

/** Starting or deallocating a VM also counts as an ownership change of its disks. */
export function ownedAnew(world: World, machine: Resource): void {
  for (const disk of ofType(world, diskType))
    if (same(disk.managedBy, machine.id)) disk.properties["LastOwnershipUpdateTime"] = iso(world.now);
}

/** Simulated seconds that a disk stays attached to a deleted VM. */
const detachSeconds = 15;

/** After its VM is deleted, a disk is detached only a while later. */
export function detachLater(world: World, disk: Resource, principal: string): void {
  if (running(world, disk.id).some(({ kind }) => kind === "detach")) return;
  begin(world, { kind: "detach", resource: disk.id, principal, seconds: detachSeconds });
}

/** Attaches the disk to a VM, or detaches it. Azure records when that last happened; a disk that was never attached has no such time. */
export function attach(world: World, disk: Resource, machine: string | undefined): void {
  if (disk.managedBy !== machine) disk.properties["LastOwnershipUpdateTime"] = iso(world.now);
  if (machine === undefined) delete disk.managedBy;
  else disk.managedBy = machine;
  disk.properties["diskState"] = machine === undefined ? "Unattached" : "Attached";
}
