import type { NetworkManagementClient } from "@azure/arm-network";
import type { Truth } from "../core/cloud.ts";
import type { InstanceNames } from "../core/names.ts";
import { absent, removing } from "./faults.ts";
import { deleting } from "./inUse.ts";
import { begun } from "./wire.ts";

/** The one rule that the bot maintains in a member's network security group, besides those of the template. */
const ruleName = "ssh";
/** The template's rule for everyone (`*`), if the network policy was open at the build. */
const openRuleName = "ssh-open";

export async function nicTruth(
  network: NetworkManagementClient,
  group: string,
  name: string,
): Promise<Truth["nic"]> {
  const nic = await absent(network.networkInterfaces.get(group, name));
  return nic && { id: nic.id ?? "" };
}

export async function publicIpTruth(
  network: NetworkManagementClient,
  group: string,
  name: string,
): Promise<Truth["publicIp"]> {
  const publicIp = await absent(network.publicIPAddresses.get(group, name));
  return publicIp && { id: publicIp.id ?? "", address: publicIp.ipAddress ?? "" };
}

/** Who may reach SSH. */
export async function sshTruth(
  network: NetworkManagementClient,
  group: string,
  name: string,
): Promise<Truth["networkSecurityGroup"]> {
  const securityGroup = await absent(network.networkSecurityGroups.get(group, name));
  const rules = securityGroup?.securityRules ?? [];
  const rule = rules.find((one) => one.name === ruleName);
  const one = rule?.sourceAddressPrefix;
  return (
    securityGroup && {
      sshFrom: [
        ...(rule?.sourceAddressPrefixes ?? []),
        ...(one ? [one] : []),
        ...(rules.some((each) => each.name === openRuleName) ? ["*"] : []),
      ],
      changing: rules.some(({ provisioningState }) => inChange.includes(provisioningState ?? "")),
    }
  );
}

/** Azure's states of a rule that it is changing. */
const inChange: readonly string[] = ["Updating", "Deleting", "Creating"];

/**
 * Lets exactly these addresses (IPv4 or CIDR) reach SSH; without any, the rule is deleted. Open connections stay open. The template's
 * rule for everyone is deleted unless `*` is among them: on its own, because Azure accepts one change at a time, so the next look finds
 * the rest to do.
 */
export async function allowSsh(
  network: NetworkManagementClient,
  group: string,
  securityGroup: string,
  { from, found }: { readonly from: readonly string[]; readonly found: readonly string[] },
): Promise<void> {
  const addresses = from.filter((address) => address !== "*");
  if (found.includes("*") && addresses.length === from.length) {
    await deleteRule(network, group, securityGroup, openRuleName);
    return;
  }
  if (addresses.length === 0) {
    await deleteRule(network, group, securityGroup, ruleName);
    return;
  }
  const rule = {
    priority: 100,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefixes: addresses,
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "22",
  };
  await begun(network.securityRules.beginCreateOrUpdate(group, securityGroup, ruleName, rule));
}

const deleteRule = (network: NetworkManagementClient, group: string, securityGroup: string, rule: string) =>
  removing(begun(network.securityRules.beginDelete(group, securityGroup, rule)), () =>
    network.securityRules.get(group, securityGroup, rule),
  );

const ids = (...references: readonly ({ readonly id?: string } | undefined)[]): readonly string[] =>
  references.flatMap((reference) => reference?.id ?? []);

export const deleteNic = (
  network: NetworkManagementClient,
  group: string,
  { nic, vm }: InstanceNames,
): Promise<void> =>
  deleting(
    begun(network.networkInterfaces.beginDelete(group, nic)),
    vm,
    () => network.networkInterfaces.get(group, nic),
    ({ virtualMachine, privateEndpoint }) => ids(virtualMachine, privateEndpoint),
  );

export const deletePublicIp = (
  network: NetworkManagementClient,
  group: string,
  { publicIp, vm }: InstanceNames,
): Promise<void> =>
  deleting(
    begun(network.publicIPAddresses.beginDelete(group, publicIp)),
    vm,
    () => network.publicIPAddresses.get(group, publicIp),
    ({ ipConfiguration, natGateway }) => ids(ipConfiguration, natGateway),
  );

export const deleteSecurityGroup = (
  network: NetworkManagementClient,
  group: string,
  { networkSecurityGroup, vm }: InstanceNames,
): Promise<void> =>
  deleting(
    begun(network.networkSecurityGroups.beginDelete(group, networkSecurityGroup)),
    vm,
    () => network.networkSecurityGroups.get(group, networkSecurityGroup),
    ({ networkInterfaces = [], subnets = [] }) => ids(...networkInterfaces, ...subnets),
  );
