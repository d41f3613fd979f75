import { authorize } from "../access/authorize.ts";
import { ok, type Route, route } from "../arm/call.ts";
import { textAt } from "../arm/kind.ts";
import { parsePath } from "../arm/path.ts";
import { needKind, notFound } from "../arm/store.ts";
import { refuse } from "../errors.ts";
import { addressType } from "../network/address.ts";
import { find, ofType, same, type World } from "../world.ts";
import { images, limits, regions, type Size, sizes } from "./catalog.ts";
import { machineType, restriction, usages } from "./quota.ts";
import { instanceView } from "./view.ts";

/** One size as `Microsoft.Compute/skus` lists it: figures as capabilities, and whether it is available. */
function sku(world: World, wanted: Size, location: string) {
  const restricted = restriction(world, wanted);
  const capability = (name: string, value: unknown) => ({ name, value: String(value) });
  return {
    resourceType: "virtualMachines",
    name: wanted.name,
    tier: "Standard",
    size: wanted.name.replace("Standard_", ""),
    family: wanted.family,
    locations: [location],
    locationInfo: [{ location, zones: ["1", "2", "3"], zoneDetails: [] }],
    capabilities: [
      capability("MaxResourceVolumeMB", wanted.temporaryGb * 1024),
      capability("OSVhdSizeMB", 1_047_552),
      capability("vCPUs", wanted.cores),
      capability("MemoryGB", wanted.memoryGb),
      capability("MaxDataDiskCount", 4),
      capability("CpuArchitectureType", "x64"),
      capability("PremiumIO", "True"),
      capability("HyperVGenerations", "V1,V2"),
      capability("EphemeralOSDiskSupported", wanted.temporaryGb > 0 ? "True" : "False"),
    ],
    restrictions: restricted
      ? [
          {
            type: "Location",
            values: [location],
            restrictionInfo: { locations: [location] },
            reasonCode: "NotAvailableForSubscription",
          },
        ]
      : [],
  };
}

const named = ({ name, localName, used, limit, unit }: ReturnType<typeof usages>[number]) => ({
  name: { value: name, localizedValue: localName },
  currentValue: used,
  limit,
  unit,
});

const versionsPath =
  "/subscriptions/{s}/providers/Microsoft.Compute/locations/{location}/publishers/{publisher}/artifacttypes/vmimage/offers/{offer}/skus/{sku}/versions";

const versionsOf = (found: Record<string, string | undefined>) => {
  const image = images.find(
    (i) =>
      same(i.publisher, found["publisher"]) && same(i.offer, found["offer"]) && same(i.sku, found["sku"]),
  );
  if (image) return image;
  throw refuse(
    404,
    "NotFound",
    `Artifact: VMImage was not found. (${found["publisher"]}:${found["offer"]}:${found["sku"]})`,
  );
};

/** Compute and Network reads other than resources: sizes, quota, images, views. */
export const computeRoutes: readonly Route[] = [
  route("GET", "/subscriptions/{s}/providers/Microsoft.Compute/skus", ({ world, principal, query, path }) => {
    authorize(world, principal, "Microsoft.Compute/skus/read", path.split("/providers/")[0] ?? "");
    const location = /location eq '([^']+)'/i.exec(query.get("$filter") ?? "")?.[1];
    const places = regions.filter((region) => location === undefined || same(region.name, location));
    return ok({ value: places.flatMap((region) => sizes.map((wanted) => sku(world, wanted, region.name))) });
  }),
  route(
    "GET",
    "/subscriptions/{s}/providers/Microsoft.Compute/locations/{location}/usages",
    (call, { s, location = "" }) => {
      authorize(call.world, call.principal, "Microsoft.Compute/locations/usages/read", `/subscriptions/${s}`);
      return ok({ value: usages(call.world, location.toLowerCase()).map(named) });
    },
  ),
  route(
    "GET",
    "/subscriptions/{s}/providers/Microsoft.Network/locations/{location}/usages",
    (call, { s, location = "" }) => {
      const { world, principal } = call;
      authorize(world, principal, "Microsoft.Network/locations/usages/read", `/subscriptions/${s}`);
      const used = ofType(world, addressType).filter((address) => same(address.location, location)).length;
      const usage = (name: string, localName: string) => ({
        id: `/subscriptions/${s}/providers/Microsoft.Network/locations/${location}/usages/${name}`,
        ...named({ name, localName, used, limit: limits.publicAddresses, unit: "Count" }),
      });
      return ok({
        value: [
          usage("PublicIPAddresses", "Public IP Addresses"),
          usage("IPv4StandardSkuPublicIpAddresses", "Public IPv4 Addresses - Standard"),
        ],
      });
    },
  ),
  route(
    "GET",
    "/subscriptions/{s}/providers/Microsoft.Compute/locations/{location}/vmSizes",
    (call, { s }) => {
      authorize(
        call.world,
        call.principal,
        "Microsoft.Compute/locations/vmSizes/read",
        `/subscriptions/${s}`,
      );
      return ok({
        value: sizes.map((wanted) => ({
          name: wanted.name,
          numberOfCores: wanted.cores,
          osDiskSizeInMB: 1_047_552,
          resourceDiskSizeInMB: wanted.temporaryGb * 1024,
          memoryInMB: wanted.memoryGb * 1024,
          maxDataDiskCount: 4,
        })),
      });
    },
  ),
  route("GET", versionsPath, (call, found) => {
    const { s, location = "" } = found;
    authorize(
      call.world,
      call.principal,
      "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read",
      `/subscriptions/${s}`,
    );
    const top = Number(call.query.get("$top") ?? Number.POSITIVE_INFINITY);
    const newestFirst = /desc/i.test(call.query.get("$orderby") ?? "");
    const all = versionsOf(found).versions.map((name) => ({ id: `${call.path}/${name}`, name, location }));
    // Compute answers with a bare array.
    return ok((newestFirst ? all.reverse() : all).slice(0, top));
  }),
  route("GET", `${versionsPath}/{version}`, (call, found) => {
    const { s, version = "", location = "" } = found;
    authorize(
      call.world,
      call.principal,
      "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read",
      `/subscriptions/${s}`,
    );
    if (!versionsOf(found).versions.includes(version))
      throw refuse(404, "NotFound", `Artifact: VMImage was not found. (${version})`);
    return ok({
      id: call.path,
      name: version,
      location,
      properties: {
        architecture: "x64",
        hyperVGeneration: "V2",
        osDiskImage: { operatingSystem: "Linux" },
        dataDiskImages: [],
        automaticOSUpgradeProperties: { automaticOSUpgradeSupported: false },
      },
    });
  }),
  route(
    "GET",
    "/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Compute/virtualMachines/{vm}/instanceView",
    ({ world, principal, path }) => {
      const target = parsePath(path.replace(/\/instanceView$/i, ""));
      authorize(world, principal, "Microsoft.Compute/virtualMachines/instanceView/read", target.id);
      const machine = find(world, target.id);
      if (!machine) throw notFound(target);
      return ok(instanceView(world, machine));
    },
  ),
  route(
    "GET",
    "/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Compute/virtualMachineScaleSets/{set}/virtualMachines",
    ({ world, principal, path }) => {
      const set = parsePath(path.replace(/\/virtualMachines$/i, ""));
      authorize(world, principal, "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read", set.id);
      needKind(set);
      if (!find(world, set.id)) throw notFound(set);
      const machines = ofType(world, machineType).filter((machine) =>
        same(textAt(machine.properties, "virtualMachineScaleSet.id"), set.id),
      );
      return ok({
        value: machines.map((machine) => ({
          id: `${set.id}/virtualMachines/${machine.name}`,
          name: machine.name,
          type: "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
          location: machine.location,
          instanceId: machine.name,
          properties: {
            provisioningState: machine.properties["provisioningState"],
            vmId: machine.properties["vmId"],
          },
        })),
      });
    },
  ),
];
