import { listAt, textAt } from "../arm/kind.ts";
import type { Body, Resource } from "../state.ts";
import { guidOf, iso, type World } from "../world.ts";
import { imageOf } from "./catalog.ts";
import { diskType } from "./disk.ts";

/** Adds what Azure adds: ids, the exact image, the OS disk's id; and removes what it never returns. */
export function completed(world: World, resource: Resource, before: Resource | undefined): Body {
  const written = { ...before?.properties, ...resource.properties };
  return {
    ...written,
    storageProfile: storageOf(resource, written["storageProfile"] as Body),
    ...(written["osProfile"] ? { osProfile: osProfileOf(written["osProfile"] as Body) } : {}),
    ...(written["virtualMachineScaleSet"] ? {} : { virtualMachineScaleSet: undefined }),
    vmId: before?.properties["vmId"] ?? guidOf(`${resource.id}@${world.now}`),
    timeCreated: before?.properties["timeCreated"] ?? iso(world.now),
  };
}

function storageOf(resource: Resource, written: Body): Body {
  const storage = { ...written };
  const reference = storage["imageReference"] as Body | undefined;
  if (reference) {
    const latest = imageOf(reference["publisher"], reference["offer"], reference["sku"])?.versions.at(-1);
    storage["imageReference"] = {
      ...reference,
      exactVersion: reference["version"] === "latest" ? latest : reference["version"],
    };
  }
  storage["osDisk"] = osDiskOf(resource, { ...(storage["osDisk"] as Body | undefined) });
  storage["diskControllerType"] ??= "SCSI";
  storage["dataDisks"] = listAt(storage, "dataDisks").map((disk) => {
    const id = textAt(disk, "managedDisk.id") ?? "";
    return {
      caching: "None",
      toBeDetached: false,
      deleteOption: "Detach",
      name: id.split("/").at(-1),
      ...disk,
    };
  });
  return storage;
}

function osDiskOf(resource: Resource, written: Body): Body {
  const name =
    textAt(written, "name") ?? `${resource.name}_OsDisk_1_${guidOf(resource.id).replaceAll("-", "")}`;
  return {
    caching: "ReadWrite",
    deleteOption: "Detach",
    diskSizeGB: 30,
    ...written,
    name,
    osType: "Linux",
    managedDisk: {
      storageAccountType: "Premium_LRS",
      ...(written["managedDisk"] as Body | undefined),
      id: `${resource.id.split("/providers/")[0]}/providers/${diskType}/${name}`,
    },
  };
}

/** Without the password and the first-boot data, which nobody can read back. */
function osProfileOf({ customData: _, adminPassword: __, ...written }: Body): Body {
  return {
    secrets: [],
    allowExtensionOperations: true,
    requireGuestProvisionSignal: true,
    ...written,
    linuxConfiguration: {
      provisionVMAgent: true,
      patchSettings: { patchMode: "ImageDefault", assessmentMode: "ImageDefault" },
      ...(written["linuxConfiguration"] as Body | undefined),
    },
  };
}
