import { within } from "../access/authorize.ts";
import { asWritten, isBody, type Kind, type LinkedRight, listAt, textAt, type Write } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import { nicReservedSeconds, refusalOf } from "../refusals.ts";
import type { Body, Resource } from "../state.ts";
import { find, forget, guidOf, ofType, same, store, type World } from "../world.ts";

export const interfaceType = "Microsoft.Network/networkInterfaces";

export const networkInterfaces: Kind = {
  type: interfaceType,
  seconds: { create: 3, update: 2, remove: 3 },
  linked: linkedRights,
  prepare(write) {
    const { world, before, body } = write;
    const resource = asWritten(write);
    const configurations = listAt(body, "properties.ipConfigurations");
    if (configurations.length === 0)
      throw refuse(
        400,
        "NetworkInterfaceMustHaveIpConfiguration",
        `Network interface ${resource.id} must have at least one ip configuration.`,
      );
    const group = textAt(resource.properties, "networkSecurityGroup.id");
    if (group !== undefined) needProvisioned(world, need(world, group, resource.id));
    resource.properties = {
      ...resource.properties,
      resourceGuid: before?.properties["resourceGuid"] ?? guidOf(`${resource.id}@${world.now}`),
      ipConfigurations: configurations.map((configuration, index) =>
        completed(world, resource, before, configuration, index),
      ),
      dnsSettings: {
        dnsServers: [],
        appliedDnsServers: [],
        ...(resource.properties["dnsSettings"] as Body | undefined),
      },
      enableAcceleratedNetworking: resource.properties["enableAcceleratedNetworking"] ?? false,
      enableIPForwarding: resource.properties["enableIPForwarding"] ?? false,
      nicType: "Standard",
      ...(before?.properties["virtualMachine"]
        ? { virtualMachine: before.properties["virtualMachine"], primary: true }
        : {}),
    };
    releaseAddresses(world, before, addressesOf(resource));
    return resource;
  },
  mayRemove(world, nic) {
    needUnreserved(world, nic, undefined);
    const machine = textAt(nic.properties, "virtualMachine.id");
    if (machine !== undefined)
      throw refuse(
        400,
        "NicInUse",
        `Network Interface ${nic.id} is used by existing resource ${machine}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`,
      );
  },
  removed(world, nic) {
    releaseAddresses(world, nic, []);
  },
};

function completed(
  world: World,
  nic: Resource,
  before: Resource | undefined,
  configuration: Body,
  index: number,
): Body {
  const properties = (configuration["properties"] ?? {}) as Body;
  const name = String(configuration["name"]);
  const subnet = textAt(properties, "subnet.id");
  if (subnet === undefined)
    throw refuse(400, "SubnetIsRequired", `Ip configuration ${name} of ${nic.id} has no subnet.`);
  need(world, subnet, nic.id);
  const id = `${nic.id}/ipConfigurations/${name}`;
  const address = isBody(properties["publicIPAddress"]) ? properties["publicIPAddress"] : undefined;
  if (address) takeAddress(world, address, id, nic.id);
  const old = listAt(before?.properties, "ipConfigurations").find((other) => other["name"] === name);
  return {
    id,
    name,
    type: `${interfaceType}/ipConfigurations`,
    properties: {
      primary: index === 0,
      privateIPAddressVersion: "IPv4",
      privateIPAllocationMethod: "Dynamic",
      ...properties,
      privateIPAddress: textAt(old, "properties.privateIPAddress") ?? freePrivateAddress(world),
      provisioningState: "Succeeded",
      ...(address ? { publicIPAddress: { id: address["id"] } } : {}),
    },
  };
}

/** A public address serves one configuration; the reference can say to delete it with the VM. */
function takeAddress(world: World, reference: Body, configuration: string, nic: string): void {
  const address = need(world, String(reference["id"]), nic);
  needProvisioned(world, address);
  const holder = textAt(address.properties, "ipConfiguration.id");
  if (holder !== undefined && !same(holder, configuration))
    throw refuse(
      400,
      "PublicIPAddressInUse",
      `Resource ${nic} is referencing public IP address ${address.id} that is already allocated to resource ${holder}.`,
    );
  address.properties["ipConfiguration"] = { id: configuration };
  const option = textAt(reference, "properties.deleteOption");
  if (option !== undefined) address.properties["deleteOption"] = option;
  store(world, address);
}

const addressesOf = (nic: Resource | undefined): string[] =>
  listAt(nic?.properties, "ipConfigurations").flatMap(
    (configuration) => textAt(configuration, "properties.publicIPAddress.id")?.toLowerCase() ?? [],
  );

function releaseAddresses(world: World, nic: Resource | undefined, kept: readonly string[]): void {
  for (const id of addressesOf(nic)) {
    const address = find(world, id);
    if (address && !kept.includes(id)) delete address.properties["ipConfiguration"];
  }
}

/**
 * For a while, only a VM with this id can have the interface: Compute refused the VM, or it never ran
 * (Azure/karpenter-provider-azure#92, 2024).
 */
export function reserveInterface(world: World, id: string, machine: string): void {
  const nic = find(world, id);
  if (nic) nic.hidden["reserved"] = { machine, until: world.now + nicReservedSeconds * 1000 };
}

/** @throws AzureError while it is reserved for another VM. */
export function needUnreserved(world: World, nic: Resource, machine: string | undefined): void {
  const reserved = nic.hidden["reserved"] as { machine: string; until: number } | undefined;
  if (reserved && reserved.until > world.now && !same(reserved.machine, machine))
    throw refusalOf("NicReservedForAnotherVm", reserved.machine);
}

/** From now on, a VM has the interface. */
export function interfaceTaken(world: World, id: string, machine: string): void {
  const nic = find(world, id);
  if (!nic) return;
  delete nic.hidden["reserved"];
  nic.properties["virtualMachine"] = { id: machine };
  nic.properties["primary"] = true;
  nic.properties["macAddress"] ??= `00-0D-3A-${guidOf(id)
    .slice(0, 6)
    .toUpperCase()
    .replace(/(..)(?!$)/g, "$1-")}`;
}

/** The VM was deleted; `remove`: so is the interface, with the addresses to delete along with it. */
export function interfaceReleased(world: World, id: string, remove: boolean): void {
  const nic = find(world, id);
  if (!nic) return;
  if (!remove) {
    delete nic.properties["virtualMachine"];
    return;
  }
  releaseAddresses(world, nic, []);
  for (const address of addressesOf(nic))
    if (find(world, address)?.properties["deleteOption"] === "Delete") forget(world, address);
  forget(world, nic.id);
}

function need(world: World, id: string, from: string): Resource {
  const found = find(world, id);
  if (found) return found;
  throw refuse(
    400,
    "InvalidResourceReference",
    `Resource ${id} referenced by resource ${from} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}

/** What an interface refers to must not be in the middle of a change, including a rule of a group. */
function needProvisioned(world: World, referenced: Resource): void {
  const busy = Object.values(world.state.operations).some(
    ({ status, resource }) => status === "InProgress" && within(resource, referenced.id),
  );
  if (busy) throw refusalOf("ReferencedResourceNotProvisioned", referenced.id);
}

function freePrivateAddress(world: World): string {
  const taken = new Set(
    ofType(world, interfaceType).flatMap((nic) =>
      listAt(nic.properties, "ipConfigurations").map((c) => textAt(c, "properties.privateIPAddress")),
    ),
  );
  // Azure reserves the first four addresses of a subnet.
  for (let host = 4; host < 4094; host += 1) {
    const address = `10.0.${host >> 8}.${host & 255}`;
    if (!taken.has(address)) return address;
  }
  throw refuse(400, "SubnetIsFull", "Subnet does not have enough capacity for 1 IP addresses.");
}

function linkedRights({ body }: Write): LinkedRight[] {
  const links: [string, string | undefined][] = [
    ["networkSecurityGroups/join/action", textAt(body, "properties.networkSecurityGroup.id")],
    ...listAt(body, "properties.ipConfigurations").flatMap(
      (configuration): [string, string | undefined][] => [
        ["virtualNetworks/subnets/join/action", textAt(configuration, "properties.subnet.id")],
        ["publicIPAddresses/join/action", textAt(configuration, "properties.publicIPAddress.id")],
      ],
    ),
  ];
  return links.flatMap(([action, scope]) =>
    scope === undefined ? [] : [{ action: `Microsoft.Network/${action}`, scope }],
  );
}
