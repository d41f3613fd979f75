import { isAllowed, roleOf } from "./access/authorize.ts";
import { listAt, textAt } from "./arm/kind.ts";
import { powerOf } from "./compute/power.ts";
import { interfacesOf, machineType } from "./compute/quota.ts";
import { addressType } from "./network/address.ts";
import { covers, prefixesOf, rulesInOrder } from "./network/security.ts";
import type { Body, Resource } from "./state.ts";
import { childrenOf, find, ofType, same, type World } from "./world.ts";

export interface Login {
  readonly allowed: boolean;
  readonly reason: string;
}

/**
 * Whether a new ssh connection with Entra sign-in would get in. `person` is an object id or a user principal name, `address` the IPv4 address
 * that they come from, `vm` a name or id. Open connections aren't modelled: closing a rule doesn't end them.
 */
export function canLogin(world: World, person: string, address: string, vm: string): Login {
  const who = world.state.people.find(
    ({ id, userPrincipalName }) => same(id, person) || same(userPrincipalName, person),
  );
  const machine = ofType(world, machineType).find(({ id, name }) => same(id, vm) || same(name, vm));
  if (!who) return no(`${person} is not in the directory`);
  if (!who.accountEnabled) return no(`the account of ${who.displayName} is disabled`);
  if (!machine) return no(`there is no VM ${vm}`);
  if (powerOf(machine) !== "running") return no(`the VM is ${powerOf(machine)}`);
  const blocked = network(world, machine, address);
  if (blocked) return no(blocked);
  const extension = childrenOf(world, machine.id, "extensions").find(
    (e) => e.properties["type"] === "AADSSHLoginForLinux",
  );
  if (extension?.properties["provisioningState"] !== "Succeeded")
    return no("the Entra sign-in extension has not succeeded");
  if (machine.identity?.principalId === undefined) return no("the VM has no system-assigned identity");
  // az reads the interface and the address before it connects; the sign-in itself only needs the VM.
  const login = `${machineType}/login/action`;
  const places = [machine.id, ...interfacesOf(machine), ...addressesOf(world, machine)];
  for (const [index, place] of places.entries()) {
    const plane = index === 0 ? "dataActions" : "actions";
    const action = index === 0 ? login : `${find(world, place)?.type}/read`;
    if (!isAllowed(world, who.id, action, place, plane)) return no(why(world, who.id, place));
  }
  const sudo = isAllowed(world, who.id, `${machineType}/loginAsAdmin/action`, machine.id, "dataActions");
  return { allowed: true, reason: `${who.displayName} can sign in${sudo ? " and use sudo" : ""}` };
}

const no = (reason: string): Login => ({ allowed: false, reason });

function why(world: World, person: string, place: string): string {
  const waiting = ofType(world, "Microsoft.Authorization/roleAssignments").find(
    (assignment) =>
      same(textAt(assignment.properties, "principalId"), person) &&
      same(textAt(assignment.properties, "scope"), place) &&
      Number(assignment.hidden["effectiveAt"]) > world.now,
  );
  const role = roleOf(world, textAt(waiting?.properties, "roleDefinitionId"))?.name;
  return waiting ? `the role ${role} on ${place} has not taken effect yet` : `no login role on ${place}`;
}

const addressesOf = (world: World, machine: Resource): string[] =>
  interfacesOf(machine).flatMap((id) =>
    listAt(find(world, id)?.properties, "ipConfigurations").flatMap(
      (c) => textAt(c, "properties.publicIPAddress.id") ?? [],
    ),
  );

/** The first rule about TCP 22 from this address decides. Undefined: allowed. */
function network(world: World, machine: Resource, address: string): string | undefined {
  const [nicId] = interfacesOf(machine);
  const nic = find(world, nicId ?? "");
  const [addressId] = addressesOf(world, machine);
  const publicAddress = find(world, addressId ?? "");
  if (!nic || !publicAddress || !same(publicAddress.type, addressType)) return "the VM has no public address";
  const groups = [
    textAt(nic.properties, "networkSecurityGroup.id"),
    textAt(
      find(world, textAt(listAt(nic.properties, "ipConfigurations")[0], "properties.subnet.id") ?? "")
        ?.properties,
      "networkSecurityGroup.id",
    ),
  ].filter((id) => id !== undefined);
  // A Standard address is closed until a group opens it.
  if (groups.length === 0) return "no network security group lets anyone in";
  for (const group of groups) {
    const rule = rulesInOrder(world, group).find(({ properties }) => applies(properties, address));
    if (rule?.properties["access"] !== "Allow") return `network rule ${rule?.name} keeps ${address} out`;
  }
  return undefined;
}

function applies(rule: Body, address: string): boolean {
  const ports = [
    rule["destinationPortRange"],
    ...((rule["destinationPortRanges"] as unknown[] | undefined) ?? []),
  ];
  const port = ports.some((range) => {
    const [low, high = low] = String(range ?? "")
      .split("-")
      .map(Number);
    return range === "*" || (low !== undefined && high !== undefined && low <= 22 && 22 <= high);
  });
  const protocol = ["*", "tcp"].includes(String(rule["protocol"]).toLowerCase());
  return (
    same(String(rule["direction"]), "Inbound") &&
    port &&
    protocol &&
    prefixesOf(rule, "source").some((prefix) => covers(prefix, address))
  );
}
