import { asWritten, type Kind, listAt, shown, textAt } from "../arm/kind.ts";
import { refuse } from "../errors.ts";
import type { Body } from "../state.ts";
import { childrenOf, guidOf, ofType, same, store } from "../world.ts";
import { interfaceType } from "./interface.ts";

const networkType = "Microsoft.Network/virtualNetworks";

export const virtualNetworks: Kind = {
  type: networkType,
  seconds: { create: 4, update: 3, remove: 4 },
  prepare(write) {
    const { world, before, body } = write;
    const resource = asWritten(write);
    for (const subnet of listAt(body, "properties.subnets")) {
      store(world, {
        id: `${resource.id}/subnets/${subnet["name"]}`,
        name: String(subnet["name"]),
        type: `${networkType}/subnets`,
        properties: { ...(subnet["properties"] as Body), provisioningState: "Succeeded" },
        hidden: {},
        createdAt: world.now,
        changedAt: world.now,
      });
    }
    const { subnets: _, ...properties } = resource.properties;
    resource.properties = {
      enableDdosProtection: false,
      ...properties,
      resourceGuid: before?.properties["resourceGuid"] ?? guidOf(resource.id),
    };
    return resource;
  },
  render(world, network) {
    return {
      ...shown(network),
      properties: {
        ...network.properties,
        subnets: childrenOf(world, network.id, "subnets").map(shown),
        virtualNetworkPeerings: [],
      },
    };
  },
};

export const subnets: Kind = {
  type: `${networkType}/subnets`,
  seconds: { create: 3, update: 2, remove: 3 },
  prepare(write) {
    const { tags: _, location: __, ...subnet } = asWritten(write);
    return subnet;
  },
  mayRemove(world, subnet) {
    const [user] = ofType(world, interfaceType).filter((nic) =>
      listAt(nic.properties, "ipConfigurations").some((c) =>
        same(textAt(c, "properties.subnet.id"), subnet.id),
      ),
    );
    if (user)
      throw refuse(
        400,
        "InUseSubnetCannotBeDeleted",
        `Subnet ${subnet.name} is in use by ${user.id} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
      );
  },
  render: (_world, subnet) => shown(subnet),
};
