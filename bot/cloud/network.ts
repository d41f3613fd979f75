import type { NetworkManagementClient } from "@azure/arm-network";
import type { Truth } from "../core/cloud.ts";
import type { InstanceNames } from "../core/names.ts";
import { absent, removing } from "./faults.ts";
import { deleting } from "./inUse.ts";
import { begun } from "./wire.ts";

/** The one rule that the bot keeps in a member's network security group, beside those of the template. */
const ruleName = "ssh";
/** The template's, for everybody (`*`), where the network policy was open at the build. */
const openRuleName = "ssh-open";

/** Network card, public address, and who may reach SSH. */
export async function networkTruth(
  network: NetworkManagementClient,
  group: string,
  names: InstanceNames,
): Promise<Pick<Truth, "nic" | "publicIp" | "networkSecurityGroup">> {
  const [nic, publicIp, ssh] = await Promise.all([
    absent(network.networkInterfaces.get(group, names.nic)),
    absent(network.publicIPAddresses.get(group, names.publicIp)),
    sshTruth(network, group, names),
  ]);
  return {
    nic: nic && { id: nic.id ?? "" },
    publicIp: publicIp && { id: publicIp.id ?? "", address: publicIp.ipAddress ?? "" },
    ...ssh,
  };
}

/** Who may reach SSH alone. */
export async function sshTruth(
  network: NetworkManagementClient,
  group: string,
  names: InstanceNames,
): Promise<Pick<Truth, "networkSecurityGroup">> {
  const securityGroup = await absent(network.networkSecurityGroups.get(group, names.networkSecurityGroup));
  const rule = securityGroup?.securityRules?.find(({ name }) => name === ruleName);
  const one = rule?.sourceAddressPrefix;
  return {
    networkSecurityGroup: securityGroup && {
      sshFrom: [
        ...(rule?.sourceAddressPrefixes ?? []),
        ...(one ? [one] : []),
        ...(securityGroup.securityRules?.some(({ name }) => name === openRuleName) ? ["*"] : []),
      ],
    },
  };
}

/**
 * Lets exactly these addresses (IPv4 or CIDR) reach SSH; none: the rule goes. What is connected stays connected.
 * The template's rule for everybody goes unless `*` is among them: alone, since Azure takes one change at a time, so
 * the next look finds the rest to do.
 */
export async function allowSsh(
  network: NetworkManagementClient,
  group: string,
  securityGroup: string,
  from: readonly string[],
): Promise<void> {
  const addresses = from.filter((address) => address !== "*");
  if (addresses.length === from.length) {
    const present = await absent(network.networkSecurityGroups.get(group, securityGroup));
    if (present?.securityRules?.some(({ name }) => name === openRuleName)) {
      await deleteRule(network, group, securityGroup, openRuleName);
      return;
    }
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
