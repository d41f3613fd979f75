import { asWritten, type Kind, listAt, shown, textAt, type Write } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Body, Resource } from "../state.ts";
import { childrenOf, drop, find, guidOf, ofType, same, store, type World } from "../world.ts";
import { interfaceType } from "./interface.ts";

const groupType = "Microsoft.Network/networkSecurityGroups";
const ruleType = `${groupType}/securityRules`;

export const securityGroups: Kind = {
  type: groupType,
  seconds: { create: 3, update: 2, remove: 3 },
  prepare(write) {
    const { world, before, body } = write;
    const resource = asWritten(write);
    // A PUT lists all rules and deletes those that it leaves out.
    for (const old of childrenOf(world, resource.id, "securityRules")) drop(world, old.id);
    const rules = listAt(body, "properties.securityRules").map((rule) => ruleOf(write, resource, rule));
    for (const rule of rules) {
      checkRule(rule, rules);
      store(world, rule);
    }
    const { securityRules: _, defaultSecurityRules: __, ...properties } = resource.properties;
    resource.properties = {
      ...properties,
      resourceGuid: before?.properties["resourceGuid"] ?? guidOf(`${resource.id}@${world.now}`),
    };
    return resource;
  },
  mayRemove(world, group) {
    const [user] = ofType(world, interfaceType).filter((nic) =>
      same(textAt(nic.properties, "networkSecurityGroup.id"), group.id),
    );
    if (user)
      throw refuse(
        400,
        "InUseNetworkSecurityGroupCannotBeDeleted",
        `Network security group ${group.id} cannot be deleted because it is in use by the following resources: ${user.id}. In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.`,
      );
  },
  render(world, group) {
    const users = ofType(world, interfaceType).filter((nic) =>
      same(textAt(nic.properties, "networkSecurityGroup.id"), group.id),
    );
    return {
      ...shown(group),
      properties: {
        ...group.properties,
        securityRules: childrenOf(world, group.id, "securityRules").map((rule) => shown(rule)),
        defaultSecurityRules: defaults.map((rule) => ({
          id: `${group.id}/defaultSecurityRules/${rule.name}`,
          name: rule.name,
          type: `${groupType}/defaultSecurityRules`,
          properties: { ...rule.properties, provisioningState: "Succeeded" },
        })),
        ...(users.length > 0 ? { networkInterfaces: users.map((nic) => ({ id: nic.id })) } : {}),
      },
    };
  },
};

export const securityRules: Kind = {
  type: ruleType,
  seconds: { create: 2, update: 2, remove: 2 },
  prepare(write) {
    const rule = asWritten(write);
    const { tags: _, location: __, ...resource } = rule;
    resource.properties = completed(resource.properties);
    checkRule(resource, childrenOf(write.world, write.path.parent, "securityRules"));
    return resource;
  },
  render: (_world, rule) => shown(rule),
};

function ruleOf(write: Write, group: Resource, rule: Body): Resource {
  return {
    id: `${group.id}/securityRules/${rule["name"]}`,
    name: String(rule["name"]),
    type: ruleType,
    properties: { ...completed((rule["properties"] ?? {}) as Body), provisioningState: "Succeeded" },
    hidden: {},
    createdAt: write.world.now,
    changedAt: write.world.now,
  };
}

const completed = (properties: Body): Body => ({
  sourceAddressPrefixes: [],
  destinationAddressPrefixes: [],
  sourcePortRanges: [],
  destinationPortRanges: [],
  ...properties,
});

function checkRule(rule: Resource, siblings: readonly Resource[]): void {
  const { properties } = rule;
  const priority = Number(properties["priority"]);
  if (!Number.isInteger(priority) || priority < 100 || priority > 4096)
    throw refuse(
      400,
      "SecurityRuleInvalidPriority",
      `Security rule ${rule.id} has invalid priority ${properties["priority"]}. The value must be between 100 and 4096.`,
    );
  for (const prefix of prefixesOf(properties, "source"))
    if (!/^(\*|\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?|[A-Za-z][\w.]*)$/.test(prefix))
      throw refuse(
        400,
        "SecurityRuleInvalidAddressPrefix",
        `Security rule ${rule.id} has invalid Address prefix. Value provided: ${prefix}`,
      );
  checkOverlaps(rule);
  const clash = siblings.find(
    (other) =>
      !same(other.id, rule.id) &&
      Number(other.properties["priority"]) === priority &&
      same(String(other.properties["direction"]), String(properties["direction"])),
  );
  if (clash)
    throw refuse(
      400,
      "SecurityRuleConflict",
      `Security rule ${rule.name} conflicts with rule ${clash.name}. Rules cannot have the same Priority and Direction. To learn more about rules, see aka.ms/nsgrules.`,
    );
}

/** In Azure's words (seen in 2024). */
function checkOverlaps({ id, properties }: Resource): void {
  for (const [side, name] of [
    ["source", "SourceAddressPrefix"],
    ["destination", "DestinationAddressPrefix"],
  ] as const) {
    const prefixes = prefixesOf(properties, side).filter((prefix) => /^\d/.test(prefix));
    const both = prefixes.flatMap((one, at) => {
      const other = prefixes.find((each, index) => index > at && (covers(one, each) || covers(each, one)));
      return other === undefined ? [] : [[one, other]];
    })[0];
    if (both)
      throw refuse(
        400,
        "OverlappingSubnetsNotPermittedInSecurityRule",
        `Security rule parameter ${name} for rule with Id ${id} contains overlapping subnets [${both.map((prefix) => (prefix.includes("/") ? prefix : `${prefix}/32`)).join(", ")}], which is not permitted.`,
      );
  }
}

/** Whether a rule's prefix contains another prefix, or an address. */
export function covers(prefix: string, inner: string): boolean {
  if (["*", "internet", "any", "0.0.0.0/0"].includes(prefix.toLowerCase())) return true;
  const [net = "", length = "32"] = prefix.split("/");
  const [address = "", least = "32"] = inner.split("/");
  if (!/^[\d.]+$/.test(net) || !/^[\d.]+$/.test(address) || Number(length) > Number(least)) return false;
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(net) / size) === Math.floor(number(address) / size);
}

const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

export function prefixesOf(properties: Body, side: "source" | "destination"): string[] {
  const one = textAt(properties, `${side}AddressPrefix`);
  const many = properties[`${side}AddressPrefixes`];
  return [...(one === undefined ? [] : [one]), ...(Array.isArray(many) ? many.map(String) : [])];
}

/** The rules of a group, including Azure's defaults, in the order in which they apply. */
export function rulesInOrder(world: World, group: string): { name: string; properties: Body }[] {
  if (!find(world, group)) return [];
  const own = childrenOf(world, group, "securityRules").filter(
    (rule) => rule.properties["provisioningState"] !== "Deleting",
  );
  return [...own, ...defaults].sort(
    (a, b) => Number(a.properties["priority"]) - Number(b.properties["priority"]),
  );
}

const standard = (
  name: string,
  priority: number,
  direction: string,
  access: string,
  source: string,
  destination: string,
) => ({
  name,
  properties: {
    description: name,
    protocol: "*",
    sourcePortRange: "*",
    destinationPortRange: "*",
    sourceAddressPrefix: source,
    destinationAddressPrefix: destination,
    sourceAddressPrefixes: [],
    destinationAddressPrefixes: [],
    sourcePortRanges: [],
    destinationPortRanges: [],
    access,
    priority,
    direction,
  },
});

const defaults = [
  standard("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
  standard("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
  standard("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
  standard("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
  standard("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
  standard("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
];
