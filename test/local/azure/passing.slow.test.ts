import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, compiled, group, startWorld, vm, type World } from "./world.ts";

/* What passes by itself, as Azure has it: each is there for a while, with a code of its own, and then is not. */
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const network = () => world.bot.network;
const compute = () => world.bot.compute;
const nic = `${vm}-nic`;
const deploymentPath = (name: string) =>
  `${world.id("Microsoft.Resources/deployments", name)}?api-version=2026-06-01`;
const empty = {
  properties: {
    mode: "Incremental",
    template: {
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      resources: [],
    },
    parameters: {},
  },
};
/** Fits within the quota now; whether it still does when its turn comes is another matter. */
const deploy = async (parameters: Record<string, unknown>) => {
  const values = Object.fromEntries(Object.entries(parameters).map(([k, value]) => [k, { value }]));
  const properties = { mode: "Incremental", template: compiled("instance"), parameters: values };
  return world.raw("PUT", deploymentPath("instance"), { properties });
};

describe("an interface is reserved for 180 seconds", () => {
  const outcome = async () => ({
    now: await codeOf(network().networkInterfaces.beginDelete(group, nic)),
    wait: world.pass(179),
    almost: await codeOf(network().networkInterfaces.beginDelete(group, nic)),
    rest: world.pass(2),
    after: await codeOf(network().networkInterfaces.beginDelete(group, nic)),
  });
  const expected = { now: "NicReservedForAnotherVm", almost: "NicReservedForAnotherVm", after: undefined };

  it("after a VM that Compute refused when its turn came", async () => {
    expect((await deploy(await world.memberParameters())).status).toBe(201);
    // The deployment was looked at before; now somebody else has taken the last cores.
    world.azure.faults.set({ kind: "quota", limit: 1 });
    const { properties } = await world.look("instance", 60);
    expect(JSON.stringify(properties?.error)).toContain("OperationNotAllowed");
    expect(world.names(/virtualMachines$/)).toEqual([]);
    const since = world.azure.now();
    expect(await codeOf(network().networkInterfaces.beginDelete(group, nic))).toBe("NicReservedForAnotherVm");
    expect(await codeOf(network().publicIPAddresses.beginDelete(group, `${vm}-ip`))).toBe(
      "PublicIPAddressCannotBeDeleted",
    );
    world.pass(180);
    expect(await codeOf(network().networkInterfaces.beginDelete(group, nic))).toBeUndefined();
    expect(world.azure.now().getTime() - since.getTime()).toBeLessThanOrEqual(181_000);
  });

  it("after a VM that never came to run and was deleted, whatever was to go with it", async () => {
    world.azure.faults.set({ kind: "allocation", times: 1 });
    await world.instance();
    await world.through(compute().virtualMachines.delete(group, vm));
    expect(world.names(/networkInterfaces|publicIPAddresses/)).toEqual([`${vm}-ip`, nic].toSorted());
    expect(await outcome()).toMatchObject(expected);
  });

  it("but not for the VM itself", async () => {
    world.azure.faults.set({ kind: "allocation", times: 1 });
    await world.instance();
    await world.through(compute().virtualMachines.delete(group, vm));
    // Its home disk has to be free.
    world.pass(15);
    await world.instance({ homeDisk: "existing" });
    expect((await world.look("instance")).properties?.provisioningState).toBe("Succeeded");
  });
});

describe("a disk stays attached to a VM that is gone", () => {
  beforeEach(async () => {
    await world.instance();
    await world.through(compute().virtualMachines.delete(group, vm));
  });
  const home = `${vm}-home`;

  it("for some seconds, in which it can't be deleted; a change of its tags does not keep it so", async () => {
    expect((await compute().disks.get(group, home)).managedBy).toMatch(new RegExp(`${vm}$`));
    expect(await codeOf(compute().disks.delete(group, home).submitted())).toBe("OperationNotAllowed");
    await world.through(compute().disks.update(group, home, { tags: { a: "b" } }));
    world.pass(15);
    expect((await compute().disks.get(group, home)).managedBy).toBeUndefined();
    expect(await codeOf(compute().disks.delete(group, home).submitted())).toBeUndefined();
  });

  it("and can't be attached to a new one", async () => {
    const properties = {
      hardwareProfile: { vmSize: "Standard_B2als_v2" },
      osProfile: {
        computerName: "next",
        adminUsername: "azureuser",
        linuxConfiguration: { ssh: { publicKeys: [{ path: "/x", keyData: "ssh-ed25519 AAAA" }] } },
      },
      networkProfile: { networkInterfaces: [{ id: await interfaceOf("next") }] },
      storageProfile: {
        osDisk: { createOption: "FromImage" },
        dataDisks: [
          { lun: 0, createOption: "Attach", managedDisk: { id: world.id("Microsoft.Compute/disks", home) } },
        ],
      },
    };
    const put = () =>
      world.raw(
        "PUT",
        world.id("Microsoft.Compute/virtualMachines", "next"),
        { location: "eastus2", properties },
        world.operator.credential,
      );
    expect(await put()).toMatchObject({ status: 409, code: "AttachDiskWhileBeingDetached" });
    world.pass(15);
    expect((await put()).status).toBe(201);
  });
});

it("an interface can't refer to rules that are being changed", async () => {
  await world.instance();
  await network().securityRules.beginCreateOrUpdate(group, `${vm}-nsg`, "ssh", {
    ...{ priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp" },
    ...{ sourceAddressPrefix: "203.0.113.7", sourcePortRange: "*" },
    ...{ destinationAddressPrefix: "*", destinationPortRange: "22" },
  });
  const next = () =>
    codeOf(interfaceOf("next", world.id("Microsoft.Network/networkSecurityGroups", `${vm}-nsg`)));
  expect(await next()).toBe("ReferencedResourceNotProvisioned");
  world.pass(5);
  expect(await next()).toBeUndefined();
});

describe("the history of a group", () => {
  /** As if so many had been deployed one after the other, a second apart. */
  async function deployed(count: number) {
    await world.raw("PUT", deploymentPath("d0"), empty);
    const file = stateFile();
    await world.stop();
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      deployments: Record<string, { id: string; name: string; startedAt: number }>;
    };
    const [key = "", first] = Object.entries(state.deployments).find(([, { name }]) => name === "d0") ?? [];
    if (!first) throw new Error("nothing was deployed");
    for (let i = 1; i < count; i += 1) {
      const name = `d${i}`;
      const id = first.id.replace(/d0$/, name);
      state.deployments[key.replace(/d0$/, name)] = {
        ...first,
        id,
        name,
        startedAt: first.startedAt + i * 1000,
      };
    }
    writeFileSync(file, JSON.stringify(state));
    await world.start();
    world.pass(count);
    // Until connections that were cut are known to be.
    await setTimeout(50);
  }
  const stateFile = () => world.stateFile;
  const count = async () => {
    let found = 0;
    for await (const _ of world.bot.deployments.deployments.listByResourceGroup(group)) found += 1;
    return found;
  };

  it("takes 800, then none until one is deleted, while one that is there may be deployed again", async () => {
    await deployed(800);
    expect(await world.raw("PUT", deploymentPath("new"), empty)).toMatchObject({
      status: 409,
      code: "DeploymentQuotaExceeded",
    });
    expect((await world.raw("PUT", deploymentPath("d799"), empty)).status).toBe(200);
    const { status, headers } = await world.raw("DELETE", deploymentPath("d3"));
    expect([status, headers.get("location")]).toEqual([202, expect.stringContaining("operationResults")]);
    expect((await world.raw("PUT", deploymentPath("new"), empty)).status).toBe(201);
    expect((await world.raw("DELETE", deploymentPath("d3"))).status).toBe(204);
  });

  it("is trimmed from 700 down to 600, the oldest first, but late", async () => {
    await deployed(700);
    await world.raw("PUT", deploymentPath("new"), empty);
    world.pass(500);
    expect(await count()).toBe(701);
    world.pass(101);
    expect(await count()).toBe(600);
    expect(await codeOf(world.bot.deployments.deployments.get(group, "d100"))).toBe("DeploymentNotFound");
    expect(await codeOf(world.bot.deployments.deployments.get(group, "d101"))).toBeUndefined();
  });

  it("of a group that is full with what it has takes none, and Azure trims it not", async () => {
    await world.raw("PUT", deploymentPath("old"), empty);
    world.azure.faults.set({ kind: "history" });
    const refused = await world.raw("PUT", deploymentPath("new"), empty);
    expect(refused.code).toBe("DeploymentQuotaExceeded");
    world.pass(3600);
    expect((await world.raw("PUT", deploymentPath("new"), empty)).code).toBe("DeploymentQuotaExceeded");
    await world.bot.deployments.deployments.delete(group, "old").submitted();
    expect((await world.raw("PUT", deploymentPath("new"), empty)).status).toBe(201);
  });
});

describe("the switchboard", () => {
  it("has a write or a deletion refused with any code, so often as it says", async () => {
    await world.instance();
    const target = "DELETE Microsoft.Compute/virtualMachines";
    world.azure.faults.set({ kind: "refusal", code: "AnotherOperationInProgress", target, times: 2 });
    const remove = () => codeOf(compute().virtualMachines.delete(group, vm).submitted());
    expect([await remove(), await remove(), await remove()]).toEqual([
      "AnotherOperationInProgress",
      "AnotherOperationInProgress",
      undefined,
    ]);
  });

  it("has what was accepted given up later, and a deployment fails with it", async () => {
    const code = "CanceledAndSupersededDueToAnotherOperation";
    world.azure.faults.set({
      kind: "refusal",
      code,
      target: "Microsoft.Network/networkInterfaces",
      seconds: 2,
      times: 1,
    });
    const { properties } = await world.instance();
    expect(properties?.provisioningState).toBe("Failed");
    const found = [];
    for await (const one of world.bot.deployments.deploymentOperations.list(group, "instance"))
      if (one.properties?.statusMessage?.error) found.push(JSON.stringify(one.properties.statusMessage));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("provisioning state 'Canceled'");
    expect(found[0]).toContain(code);
  });
});

/** An interface beside Mia's. */
async function interfaceOf(name: string, securityGroup?: string): Promise<string> {
  const made = await network().networkInterfaces.beginCreateOrUpdate(group, name, {
    location: "eastus2",
    ipConfigurations: [{ name: "one", subnet: { id: world.env.SUBNET_ID } }],
    ...(securityGroup ? { networkSecurityGroup: { id: securityGroup } } : {}),
  });
  await world.through(made);
  return world.id("Microsoft.Network/networkInterfaces", name);
}
