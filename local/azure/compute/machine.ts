import { asWritten, type Kind, type LinkedRight, listAt, textAt, type Write } from "../arm/kind.ts";
import { invalidParameter, refuse } from "../errors.ts";
import { assignIdentities, dropSystemIdentity } from "../identity/principals.ts";
import { interfaceReleased, interfaceTaken, reserveInterface } from "../network/interface.ts";
import type { Body, Resource } from "../state.ts";
import { find, forget, guidOf, iso, same, store, type World } from "../world.ts";
import { imageOf } from "./catalog.ts";
import { completed } from "./completed.ts";
import { attach, detachLater, diskType } from "./disk.ts";
import { checkImmutable } from "./immutable.ts";
import { checkDisks, checkInterfaces, checkScaleSet } from "./links.ts";
import { afterCreate, machineActions, neverRan, powerFinish, powerGivenUp } from "./power.ts";
import { checkCapacity, interfacesOf, machineType } from "./quota.ts";
import { renderMachine } from "./view.ts";

/** Virtual machines: what a PUT must contain, what Azure adds, and what is deleted along with one. */
export const virtualMachines: Kind = {
  type: machineType,
  seconds: { create: 30, update: 5, remove: 20 },
  linked: linkedRights,
  prepare(write) {
    const { world, before, body } = write;
    const resource = asWritten(write);
    const { properties } = resource;
    if (before) checkImmutable(before, body);
    const location = needLocation(resource.location);
    checkCapacity(world, resource.name, location, textAt(properties, "hardwareProfile.vmSize"), before);
    checkProfile(properties, before);
    checkScaleSet(world, resource);
    checkInterfaces(world, resource);
    checkDisks(world, resource);
    resource.properties = completed(world, resource, before);
    const identity = assignIdentities(world, resource, body["identity"], before?.identity);
    if (identity) resource.identity = identity;
    if (!before) {
      const customData = textAt(body, "properties.osProfile.customData");
      resource.hidden = {
        power: "starting",
        customData: customData === undefined ? undefined : guidOf(customData),
      };
      makeOsDisk(world, resource);
    }
    claim(world, resource, before);
    return resource;
  },
  finish: {
    ...powerFinish,
    create: afterCreate,
  },
  givenUp: powerGivenUp,
  refused({ world, path, body, before }) {
    if (before) return;
    for (const nic of listAt(body, "properties.networkProfile.networkInterfaces"))
      if (!textAt(find(world, textAt(nic, "id") ?? ""), "properties.virtualMachine.id"))
        reserveInterface(world, textAt(nic, "id") ?? "", path.id);
  },
  removed(world, machine) {
    const refused = neverRan(machine);
    for (const nic of interfacesOf(machine)) {
      const reference = listAt(machine.properties, "networkProfile.networkInterfaces").find(
        (r) => r["id"] === nic,
      );
      interfaceReleased(world, nic, !refused && textAt(reference, "properties.deleteOption") === "Delete");
      if (refused) reserveInterface(world, nic, machine.id);
    }
    for (const disk of diskReferences(machine.properties)) {
      const resource = find(world, textAt(disk, "managedDisk.id") ?? "");
      if (!resource) continue;
      if (textAt(disk, "deleteOption") === "Delete") forget(world, resource.id);
      else detachLater(world, resource, "");
    }
    dropSystemIdentity(world, machine.identity);
  },
  render: renderMachine,
  actions: machineActions,
};

/** The OS disk's and the data disks' entries. */
const diskReferences = (properties: Body): Body[] => [
  ...listAt({ osDisk: [(properties["storageProfile"] as Body | undefined)?.["osDisk"]] }, "osDisk"),
  ...listAt(properties, "storageProfile.dataDisks"),
];

function needLocation(location: string | undefined): string {
  if (location === undefined)
    throw refuse(400, "LocationRequired", "The location property is required for this definition.");
  return location;
}

function checkProfile(properties: Body, before: Resource | undefined): void {
  const image = properties["storageProfile"] as Body | undefined;
  const reference = image?.["imageReference"] as Body | undefined;
  if (reference && !before) {
    const found = imageOf(reference["publisher"], reference["offer"], reference["sku"]);
    const version = String(reference["version"]);
    if (!found || (version !== "latest" && !found.versions.includes(version)))
      throw refuse(
        404,
        "PlatformImageNotFound",
        `The platform image '${["publisher", "offer", "sku", "version"].map((key) => reference[key]).join(":")}' is not available. Verify that all fields in the storage profile are correct. For more details about storage profile information, please refer to https://aka.ms/storageprofile`,
      );
  }
  if (before) return;
  const linux = properties["osProfile"] as Body | undefined;
  if (!linux?.["adminUsername"])
    throw invalidParameter("Required parameter 'adminUsername' is missing (null).", "adminUsername");
  const keys = listAt(linux, "linuxConfiguration.ssh.publicKeys");
  const password = textAt(linux, "adminPassword");
  const noPassword =
    (linux["linuxConfiguration"] as Body | undefined)?.["disablePasswordAuthentication"] === true;
  if (keys.length === 0 && (noPassword || !password))
    throw invalidParameter(
      "Authentication using either SSH or by user name and password must be enabled in Linux profile.",
      "linuxConfiguration",
    );
  for (const key of keys)
    if (!/^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/=]+/.test(textAt(key, "keyData") ?? ""))
      throw invalidParameter(
        "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.",
        "linuxConfiguration.ssh.publicKeys.keyData",
      );
}

function makeOsDisk(world: World, machine: Resource): void {
  const osDisk = (machine.properties["storageProfile"] as Body)["osDisk"] as Body;
  const managed = osDisk["managedDisk"] as Body;
  const size = Number(osDisk["diskSizeGB"]);
  const id = String(managed["id"]);
  if (find(world, id))
    throw refuse(
      409,
      "ConflictingUserInput",
      `Disk ${osDisk["name"]} already exists in resource group ${id.split("/")[4]?.toUpperCase()}. Only CreateOption.Attach is supported.`,
    );
  store(world, {
    id,
    name: String(osDisk["name"]),
    type: diskType,
    ...(machine.location ? { location: machine.location } : {}),
    ...(machine.zones ? { zones: machine.zones } : {}),
    sku: {
      name: managed["storageAccountType"],
      tier: String(managed["storageAccountType"]).startsWith("Premium") ? "Premium" : "Standard",
    },
    properties: {
      osType: "Linux",
      hyperVGeneration: "V2",
      creationData: { createOption: "FromImage" },
      diskSizeGB: size,
      diskSizeBytes: size * 1024 ** 3,
      timeCreated: iso(world.now),
      uniqueId: guidOf(`${id}@${world.now}`),
      encryption: { type: "EncryptionAtRestWithPlatformKey" },
      networkAccessPolicy: "AllowAll",
      publicNetworkAccess: "Enabled",
      provisioningState: "Succeeded",
    },
    hidden: {},
    createdAt: world.now,
    changedAt: world.now,
  });
}

/** Attaches disks and network interfaces, and detaches data disks that a change no longer names. */
function claim(world: World, machine: Resource, before: Resource | undefined): void {
  const ids = (resource: Resource | undefined) =>
    resource
      ? diskReferences(resource.properties).flatMap(
          (disk) => textAt(disk, "managedDisk.id")?.toLowerCase() ?? [],
        )
      : [];
  const wanted = ids(machine);
  for (const id of ids(before).filter((old) => !wanted.includes(old))) {
    const disk = find(world, id);
    if (disk) attach(world, disk, undefined);
  }
  for (const id of wanted) {
    const disk = find(world, id);
    if (disk) attach(world, disk, machine.id);
  }
  for (const nic of interfacesOf(machine)) interfaceTaken(world, nic, machine.id);
}

function linkedRights({ body, before }: Write): LinkedRight[] {
  if (before && body["properties"] === undefined && body["identity"] === undefined) return [];
  const properties = (body["properties"] ?? {}) as Body;
  const identities = Object.keys(
    ((body["identity"] as Body | undefined)?.["userAssignedIdentities"] as Body | undefined) ?? {},
  );
  return [
    ...listAt(properties, "networkProfile.networkInterfaces").flatMap((nic) =>
      right("Microsoft.Network/networkInterfaces/join/action", textAt(nic, "id")),
    ),
    ...identities.flatMap((id) =>
      right("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", id),
    ),
    ...listAt(properties, "storageProfile.dataDisks").flatMap((disk) =>
      right("Microsoft.Compute/disks/write", textAt(disk, "managedDisk.id")),
    ),
    // A best guess: a set has no operation for joining, and no document says what attaching requires.
    ...right("Microsoft.Compute/virtualMachineScaleSets/write", joined(properties, before)),
  ];
}

/** The scale set that a VM is about to join. */
function joined(properties: Body, before: Resource | undefined): string | undefined {
  const set = textAt(properties, "virtualMachineScaleSet.id");
  return same(set, textAt(before?.properties, "virtualMachineScaleSet.id")) ? undefined : set;
}

const right = (action: string, scope: string | undefined): LinkedRight[] =>
  scope === undefined ? [] : [{ action, scope }];
