import type { NetworkManagementClient } from "@azure/arm-network";
import type { Truth } from "../core/cloud.ts";
import type { InstanceNames } from "../core/names.ts";
import { absent, unless } from "./faults.ts";
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
  const [nic, publicIp, securityGroup] = await Promise.all([
    absent(network.networkInterfaces.get(group, names.nic)),
    absent(network.publicIPAddresses.get(group, names.publicIp)),
    absent(network.networkSecurityGroups.get(group, names.networkSecurityGroup)),
  ]);
  const rule = securityGroup?.securityRules?.find(({ name }) => name === ruleName);
  const one = rule?.sourceAddressPrefix;
  return {
    nic: nic && { id: nic.id ?? "" },
    publicIp: publicIp && { id: publicIp.id ?? "", address: publicIp.ipAddress ?? "" },
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
      await unless(begun(network.securityRules.beginDelete(group, securityGroup, openRuleName)), 404);
      return;
    }
  }
  if (addresses.length === 0) {
    await unless(begun(network.securityRules.beginDelete(group, securityGroup, ruleName)), 404);
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

const ids = (...references: readonly ({ readonly id?: string } | undefined)[]): readonly string[] =>
  references.flatMap((reference) => reference?.id ?? []);

export const deleteNic = (
  network: NetworkManagementClient,
  group: string,
  { nic, vm }: InstanceNames,
): Promise<void> =>
  deleting(begun(network.networkInterfaces.beginDelete(group, nic)), vm, async () => {
    const found = await absent(network.networkInterfaces.get(group, nic));
    return ids(found?.virtualMachine, found?.privateEndpoint);
  });

export const deletePublicIp = (
  network: NetworkManagementClient,
  group: string,
  { publicIp, vm }: InstanceNames,
): Promise<void> =>
  deleting(begun(network.publicIPAddresses.beginDelete(group, publicIp)), vm, async () => {
    const found = await absent(network.publicIPAddresses.get(group, publicIp));
    return ids(found?.ipConfiguration, found?.natGateway);
  });

export const deleteSecurityGroup = (
  network: NetworkManagementClient,
  group: string,
  { networkSecurityGroup, vm }: InstanceNames,
): Promise<void> =>
  deleting(begun(network.networkSecurityGroups.beginDelete(group, networkSecurityGroup)), vm, async () => {
    const found = await absent(network.networkSecurityGroups.get(group, networkSecurityGroup));
    return ids(...(found?.networkInterfaces ?? []), ...(found?.subnets ?? []));
  });
