import { at, listAt, textAt } from "../arm/kind.ts";
import { AzureError, refuse } from "../errors.ts";
import type { Body, Resource } from "../state.ts";
import { guidOf, same } from "../world.ts";
import { sizeOf, sizes } from "./catalog.ts";

/** Refuses changes that an existing VM doesn't allow; what a request leaves out stays as it is. */
export function checkImmutable(before: Resource, body: Body): void {
  const old = before.properties;
  const customData = textAt(body, "properties.osProfile.customData");
  if (customData !== undefined && guidOf(customData) !== before.hidden["customData"])
    unchangeable("osProfile.customData");
  for (const path of [
    "osProfile.adminUsername",
    "osProfile.computerName",
    "storageProfile.osDisk.name",
    "storageProfile.imageReference.publisher",
    "storageProfile.imageReference.offer",
    "storageProfile.imageReference.sku",
    "storageProfile.imageReference.version",
    "storageProfile.imageReference.id",
  ]) {
    const wanted = at(body, `properties.${path}`);
    const label = path.startsWith("storageProfile.imageReference") ? "imageReference" : path;
    if (wanted !== undefined && String(wanted).toLowerCase() !== String(at(old, path)).toLowerCase())
      unchangeable(label);
  }
  const keys = (value: unknown) =>
    listAt(value, "osProfile.linuxConfiguration.ssh.publicKeys").map((key) => textAt(key, "keyData")?.trim());
  const wantedKeys = keys(body["properties"]);
  if (wantedKeys.length > 0 && wantedKeys.join() !== keys(old).join())
    unchangeable("linuxConfiguration.ssh.publicKeys");
  const location = textAt(body, "location");
  if (location !== undefined && !same(location.replaceAll(" ", ""), before.location))
    throw refuse(
      409,
      "InvalidResourceLocation",
      `The resource '${before.name}' already exists in location '${before.location}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  const from = sizeOf(textAt(old, "hardwareProfile.vmSize"));
  const to = sizeOf(textAt(body, "properties.hardwareProfile.vmSize"));
  if (from && to && sizes.includes(to) && from.temporaryGb > 0 !== to.temporaryGb > 0)
    throw refuse(
      400,
      "OperationNotAllowed",
      `Unable to resize the VM '${before.name}' since changing from resource disk to non-resource disk VM size and vice-versa is not allowed. Please refer to https://aka.ms/AAah4sj for more details.`,
    );
}

function unchangeable(property: string): never {
  throw new AzureError(409, {
    code: "PropertyChangeNotAllowed",
    message: `Changing property '${property}' is not allowed.`,
    target: property,
  });
}
