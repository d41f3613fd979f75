import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unrecordedTest } from "../../recording.ts";
import { lastOf, samples } from "../../runCommands.ts";
import { codeOf, compiled, group, location, startWorld, vm, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.instance();
});
afterAll(() => world.close());

const machinePath = (name = vm) => world.id("Microsoft.Compute/virtualMachines", name);
const machines = () => world.bot.compute.virtualMachines;
type Properties = Record<string, unknown> & { storageProfile: { imageReference?: object } };
/** What of the VM's properties can be written. */
async function writable(): Promise<Properties> {
  const { body } = await world.raw("GET", machinePath());
  const {
    provisioningState: _,
    vmId: __,
    timeCreated: ___,
    ...properties
  } = body["properties"] as Properties;
  const { exactVersion: ____, ...imageReference } = (properties.storageProfile.imageReference ??
    {}) as Record<string, unknown>;
  return { ...properties, storageProfile: { ...properties.storageProfile, imageReference } };
}
const put = (properties: Properties, name: string) =>
  world.raw("PUT", machinePath(name), { location, properties }, world.operator.credential);

describe("a VM that exists", () => {
  it.each([
    ["first-boot data", { osProfile: { customData: "IyEvYmluL3No" } }],
    [
      "SSH key",
      {
        osProfile: {
          linuxConfiguration: { ssh: { publicKeys: [{ path: "/x", keyData: "ssh-ed25519 BBBB" }] } },
        },
      },
    ],
    ["image", { storageProfile: { imageReference: { version: "24.04.202605210" } } }],
  ])("keeps its %s", async (_, properties) => {
    const { status, code } = await world.raw("PATCH", world.id("Microsoft.Compute/virtualMachines", vm), {
      properties,
    });
    expect([status, code]).toEqual([409, "PropertyChangeNotAllowed"]);
  });

  it("can be PUT again as it was read", async () => {
    unrecordedTest("as az vm update does, with what is read only");
    const { body } = await world.raw("GET", machinePath());
    const { id: _, name: __, type: ___, identity: ____, resources: _____, ...read } = body;
    expect((await world.raw("PUT", machinePath(), read, world.operator.credential)).status).toBe(200);
    world.pass(30);
  });

  it("keeps to sizes without a temporary disk, once it has one", async () => {
    const hardwareProfile = { vmSize: "Standard_B2s" };
    expect(await codeOf(machines().update(group, vm, { hardwareProfile }).submitted())).toBe(
      "OperationNotAllowed",
    );
    await world.through(machines().update(group, vm, { hardwareProfile: { vmSize: "Standard_B2as_v2" } }));
  });

  it("holds on to its interface, its address, its disks and its network rules", async () => {
    const { network, compute } = world.bot;
    expect(await codeOf(network.networkInterfaces.beginDelete(group, `${vm}-nic`))).toBe("NicInUse");
    expect(await codeOf(network.publicIPAddresses.beginDelete(group, `${vm}-ip`))).toBe(
      "PublicIPAddressCannotBeDeleted",
    );
    expect(await codeOf(compute.disks.delete(group, `${vm}-home`).submitted())).toBe("OperationNotAllowed");
    expect(await codeOf(network.networkSecurityGroups.beginDelete(group, `${vm}-nsg`))).toBe(
      "InUseNetworkSecurityGroupCannotBeDeleted",
    );
  });
});

describe("a new VM", () => {
  const other = async (change: (properties: Properties) => void) => {
    const properties = await writable();
    change(properties);
    return put(properties, "other");
  };
  const osProfile = (more: object) => ({ computerName: "other", adminUsername: "azureuser", ...more });
  const set = (target: object, values: object) => Object.assign(target, values);

  it("must have an SSH key or a password", async () => {
    const linuxConfiguration = { disablePasswordAuthentication: true };
    const { status, code } = await other((p) => set(p, { osProfile: osProfile({ linuxConfiguration }) }));
    expect([status, code]).toEqual([400, "InvalidParameter"]);
  });

  it("can't have an interface or a disk that another has", async () => {
    expect((await other(() => {})).code).toBe("NicInUse");
    const nic = await freeInterface("free");
    const networkProfile = { networkInterfaces: [{ id: nic }] };
    expect((await other((p) => set(p, { networkProfile }))).code).toBe("ConflictingUserInput");
  });

  it("can't have an image, interface, disk or size that is not there", async () => {
    const withImage = await other((p) => {
      set(p.storageProfile, {
        imageReference: { publisher: "Canonical", offer: "no", sku: "no", version: "1" },
      });
    });
    expect(withImage.code).toBe("PlatformImageNotFound");
    const networkProfile = {
      networkInterfaces: [{ id: world.id("Microsoft.Network/networkInterfaces", "none") }],
    };
    expect((await other((p) => set(p, { networkProfile }))).code).toBe("InvalidResourceReference");
    const lone = await freeInterface("lone");
    const missing = { id: world.id("Microsoft.Compute/disks", "none") };
    const noDisk = await other((p) => {
      set(p, { networkProfile: { networkInterfaces: [{ id: lone }] } });
      set(p.storageProfile, {
        dataDisks: [{ lun: 0, createOption: "Attach", managedDisk: missing }],
      });
    });
    expect(noDisk.code).toBe("NotFound");
    expect((await other((p) => set(p, { hardwareProfile: { vmSize: "Standard_Huge" } }))).code).toBe(
      "InvalidParameter",
    );
  });

  it("can't join a scale set whose zones are not its own", async () => {
    const machine = { location, properties: await writable() };
    const path = world.id("Microsoft.Compute/virtualMachines", "zonal");
    const put = (body: object) => world.raw("PUT", path, body, world.operator.credential);
    expect((await put({ ...machine, zones: ["1"] })).code).toBe("BadRequest");
    const zonalSet = world.id("Microsoft.Compute/virtualMachineScaleSets", "zonal");
    const properties = {
      orchestrationMode: "Flexible",
      singlePlacementGroup: false,
      platformFaultDomainCount: 1,
    };
    const made = await world.raw(
      "PUT",
      zonalSet,
      { location, zones: ["2"], properties },
      world.operator.credential,
    );
    expect(made.status).toBe(201);
    const joining = { ...machine.properties, virtualMachineScaleSet: { id: zonalSet } };
    for (const zones of [{}, { zones: ["1"] }]) {
      const { code, body } = await put({ location, ...zones, properties: joining });
      expect([code, body.error?.message]).toEqual([
        "BadRequest",
        expect.stringContaining("must match the zones '2'"),
      ]);
    }
  });

  it("can't have a disk of another zone", async () => {
    const { disks } = world.operator.compute;
    const creationData = { createOption: "Empty" };
    await world.through(
      disks.createOrUpdate(group, "zonal", { location, zones: ["1"], diskSizeGB: 4, creationData }),
    );
    const nic = await freeInterface("zoneless");
    const refused = await other((p) => {
      set(p, { virtualMachineScaleSet: undefined, networkProfile: { networkInterfaces: [{ id: nic }] } });
      const id = world.id("Microsoft.Compute/disks", "zonal");
      set(p.storageProfile, { dataDisks: [{ lun: 0, createOption: "Attach", managedDisk: { id } }] });
    });
    expect([refused.code, refused.body.error?.message]).toEqual([
      "BadRequest",
      expect.stringContaining("is not in zone"),
    ]);
  });

  async function freeInterface(name: string): Promise<string> {
    const { networkInterfaces } = world.bot.network;
    const ipConfigurations = [{ name: "primary", subnet: { id: world.env.SUBNET_ID } }];
    await world.through(networkInterfaces.beginCreateOrUpdate(group, name, { location, ipConfigurations }));
    return world.id("Microsoft.Network/networkInterfaces", name);
  }
});

describe("scripts and extensions", () => {
  it("take at most 25 run commands", async () => {
    const { virtualMachineRunCommands: commands } = world.bot.compute;
    const body = { location, source: { script: "true" } };
    for (let i = 1; i < 25; i += 1) await commands.createOrUpdate(group, vm, `c${i}`, body).submitted();
    expect(await codeOf(commands.createOrUpdate(group, vm, "c25", body).submitted())).toBe(
      "OperationNotAllowed",
    );
    for (let i = 1; i < 25; i += 1) await commands.delete(group, vm, `c${i}`).submitted();
    world.pass(10);
  });

  it("don't run the same text twice under one name", async () => {
    const { virtualMachineRunCommands: commands } = world.bot.compute;
    const put = async (script: string) => {
      await world.through(commands.createOrUpdate(group, vm, "again", { location, source: { script } }));
      return (await commands.getByVirtualMachine(group, vm, "again", { expand: "instanceView" })).instanceView
        ?.startTime;
    };
    const first = await put("echo 1");
    expect(await put("echo 1")).toEqual(first);
    expect(await put("echo 2")).not.toEqual(first);
  });

  it.each(["deleted", "replaced"])(
    "go on when their run command is %s, and spoil the one that comes after it",
    async (how) => {
      const { virtualMachineRunCommands: commands } = world.bot.compute;
      const name = `late-${how}`;
      const put = async (script: string, seconds: number) => {
        world.azure.faults.set({ kind: "prints", target: script, output: `${script}\n`, seconds, times: 1 });
        await commands
          .createOrUpdate(group, vm, name, { location, source: { script }, asyncExecution: true })
          .submitted();
      };
      const seen = async (seconds: number) => {
        world.pass(seconds);
        const { instanceView } = await commands.getByVirtualMachine(group, vm, name, {
          expand: "instanceView",
        });
        return [instanceView?.executionState, instanceView?.output];
      };
      await put("first", 60);
      world.pass(10);
      if (how === "deleted") await world.through(commands.delete(group, vm, name));
      await put("second", 100);
      expect(await seen(20)).toEqual(["Running", "second\n"]);
      // The first ends, and its clean-up takes the folder of the second.
      expect(await seen(40)).toEqual(["Running", ""]);
      expect(await seen(60)).toEqual(["Succeeded", ""]);
      // Nothing of them runs any more: the third is whole.
      await put("third", 5);
      expect(await seen(5)).toEqual(["Succeeded", "third\n"]);
      await world.through(commands.delete(group, vm, name));
    },
  );

  it.each<[string, object, number, string]>([
    ["no script", { source: {} }, -202, "no-script-treat"],
    [
      "a user who is not there",
      { source: { script: "id" }, runAsUser: "nobodyhere" },
      -102,
      "no-such-user-treat",
    ],
  ])(
    "are not started with %s, which the handler's message alone says",
    async (_, settings, exitCode, recorded) => {
      const { virtualMachineRunCommands: commands } = world.bot.compute;
      const body = { location, ...settings, asyncExecution: true };
      await world.through(commands.createOrUpdate(group, vm, "refused", body));
      world.pass(5);
      const { instanceView } = await commands.getByVirtualMachine(group, vm, "refused", {
        expand: "instanceView",
      });
      expect(instanceView).toMatchObject({ executionState: "Failed", exitCode, output: "", error: "" });
      const sample = samples.find((each) => each.case === recorded);
      if (sample) expect(instanceView?.executionMessage).toBe(lastOf(sample).instanceView.executionMessage);
      await world.through(commands.delete(group, vm, "refused"));
    },
  );

  it("show what they have printed every 15 seconds, and -1 where their time is up", async () => {
    const { virtualMachineRunCommands: commands } = world.bot.compute;
    world.azure.faults.set({ kind: "prints", output: "begun\n", error: "warning\n", seconds: 60, times: 1 });
    const body = { location, source: { script: "slow" }, asyncExecution: true, timeoutInSeconds: 20 };
    await commands.createOrUpdate(group, vm, "slow", body).submitted();
    const seen = async (seconds: number) => {
      world.pass(seconds);
      return (await commands.getByVirtualMachine(group, vm, "slow", { expand: "instanceView" })).instanceView;
    };
    expect(await seen(10)).toMatchObject({ executionState: "Running", output: "", exitCode: 0 });
    expect(await seen(6)).toMatchObject({ executionState: "Running", output: "begun\n", error: "warning\n" });
    expect(await seen(5)).toMatchObject({
      executionState: "Failed",
      executionMessage: "Execution failed: failed to execute command: command terminated with exit status=-1",
      exitCode: -1,
      output: "begun\n",
    });
    await world.through(commands.delete(group, vm, "slow"));
  });

  it("need a VM that runs", async () => {
    await world.through(machines().deallocate(group, vm));
    const { virtualMachineRunCommands: commands, virtualMachineExtensions: extensions } = world.bot.compute;
    const script = { location, source: { script: "true" } };
    expect(await codeOf(commands.createOrUpdate(group, vm, "late", script).submitted())).toBe(
      "OperationNotAllowed",
    );
    const extension = { location, publisher: "P", typePropertiesType: "T", typeHandlerVersion: "1.0" };
    expect(await codeOf(extensions.createOrUpdate(group, vm, "late", extension).submitted())).toBe(
      "OperationNotAllowed",
    );
    await world.through(machines().start(group, vm));
  });
});

describe("disks", () => {
  it("don't shrink", async () => {
    const update = world.bot.compute.disks.update(group, `${vm}-home`, { diskSizeGB: 8 });
    expect(await codeOf(update.submitted())).toBe("InvalidParameter");
  });

  it("count their api-versions for themselves", async () => {
    unrecordedTest("an api-version of another type");
    const path = `${world.id("Microsoft.Compute/disks", `${vm}-home`)}?api-version=2026-04-01`;
    expect((await world.raw("GET", path)).code).toBe("NoRegisteredProviderFound");
  });

  it("are copied from a snapshot that is there", async () => {
    const { disks, snapshots } = world.operator.compute;
    const copyOf = (name: string) => ({
      location,
      creationData: { createOption: "Copy", sourceResourceId: world.id("Microsoft.Compute/snapshots", name) },
    });
    expect(await codeOf(disks.createOrUpdate(group, "copy", copyOf("none")).submitted())).toBe("NotFound");
    const creationData = {
      createOption: "Copy",
      sourceResourceId: world.id("Microsoft.Compute/disks", `${vm}-home`),
    };
    await world.through(
      snapshots.createOrUpdate(group, "snap", { location, incremental: true, creationData }),
    );
    expect(await snapshots.get(group, "snap")).toMatchObject({
      completionPercent: 100,
      diskSizeGB: 30,
      incremental: true,
    });
    await world.through(disks.createOrUpdate(group, "copy", copyOf("snap")));
    expect((await disks.get(group, "copy")).diskSizeGB).toBe(30);
    // What was made from a source outlives it, and can be tagged.
    await world.through(snapshots.delete(group, "snap"));
    await world.through(disks.update(group, "copy", { tags: { kept: "yes" } }));
    expect((await disks.get(group, "copy")).creationData?.sourceResourceId).toContain("/snapshots/snap");
  });
});

describe("network rules", () => {
  const rule = (priority: number, sourceAddressPrefix = "*") => ({
    ...{ priority, direction: "Inbound" as const, access: "Allow" as const, protocol: "Tcp" as const },
    ...{
      sourceAddressPrefix,
      sourcePortRange: "*",
      destinationAddressPrefix: "*",
      destinationPortRange: "22",
    },
  });
  const write = (name: string, body: ReturnType<typeof rule>) =>
    codeOf(world.bot.network.securityRules.beginCreateOrUpdate(group, `${vm}-nsg`, name, body));

  it("have a priority of their own, between 100 and 4096, and an address", async () => {
    expect(await write("clash", { ...rule(4096) })).toBe("SecurityRuleConflict");
    expect(await write("low", rule(99))).toBe("SecurityRuleInvalidPriority");
    expect(await write("bad", rule(300, "not an address"))).toBe("SecurityRuleInvalidAddressPrefix");
  });

  it("take no address twice, and none that lies in another", async () => {
    const { sourceAddressPrefix: _, ...without } = rule(320);
    const from = (...sourceAddressPrefixes: string[]) =>
      codeOf(
        world.bot.network.securityRules.beginCreateOrUpdate(group, `${vm}-nsg`, "many", {
          ...without,
          sourceAddressPrefixes,
        }),
      );
    const refusal = "OverlappingSubnetsNotPermittedInSecurityRule";
    expect(await from("203.0.113.0/28", "203.0.113.7")).toBe(refusal);
    expect(await from("203.0.113.7", "198.51.100.1", "203.0.113.0/28")).toBe(refusal);
    expect(await from("203.0.113.7", "203.0.113.7")).toBe(refusal);
    expect(await from("203.0.113.0/28", "203.0.113.16", "203.0.113.32/27")).not.toBe(refusal);
    world.pass(10);
  });

  it("are written one at a time", async () => {
    const id = `${world.id("Microsoft.Network/networkSecurityGroups", `${vm}-nsg`)}/securityRules/one?api-version=2026-01-01`;
    expect((await world.raw("PUT", id, { properties: rule(310) })).status).toBe(201);
    expect((await world.raw("PUT", id, { properties: rule(311) })).code).toBe("RetryableError");
  });
});

describe("a scale set", () => {
  it("takes no system-assigned identity, and says what it takes", async () => {
    const path = world.id("Microsoft.Compute/virtualMachineScaleSets", "other");
    const properties = {
      orchestrationMode: "Flexible",
      singlePlacementGroup: false,
      platformFaultDomainCount: 1,
    };
    const put = (body: object) => world.raw("PUT", path, { location, ...body }, world.operator.credential);
    const refused = await put({ properties, identity: { type: "SystemAssigned" } });
    expect(refused.body.error?.message).toContain("Allowed values are: UserAssigned, None");
    expect(
      (await put({ properties: { orchestrationMode: "Flexible", platformFaultDomainCount: 1 } })).status,
    ).toBe(400);
    expect((await put({ properties })).status).toBe(201);
  });

  it("is not deleted while VMs are attached", async () => {
    const { status, code } = await world.raw(
      "DELETE",
      world.env.SCALE_SET_ID,
      undefined,
      world.operator.credential,
    );
    expect([status, code]).toEqual([409, "OperationNotAllowed"]);
  });
});

describe("a deployment", () => {
  const deploy = (name: string, properties: object) =>
    world.raw("PUT", `${world.id("Microsoft.Resources/deployments", name)}?api-version=2026-06-01`, {
      properties: { mode: "Incremental", ...properties },
    });

  it("is refused without a trace when template or parameters are wrong", async () => {
    unrecordedTest("parameters that the template needs are missing");
    expect((await deploy("wrong", { template: compiled("member"), parameters: {} })).code).toBe(
      "InvalidTemplate",
    );
    expect(await codeOf(world.look("wrong"))).toBe("DeploymentNotFound");
  });

  it("is not replaced while it runs", async () => {
    await world.begin("busy", "instance", { ...(await world.memberParameters()), key: "max0000001" });
    const parameters = { key: { value: "max0000001" }, ownerName: { value: "Max Member" } };
    expect((await deploy("busy", { template: compiled("member"), parameters })).code).toBe(
      "DeploymentActive",
    );
  });

  it("that is cancelled starts nothing more; what has started goes on", async () => {
    world.pass(8);
    await world.look("busy");
    await world.bot.deployments.deployments.cancel(group, "busy");
    expect((await world.look("busy")).properties?.provisioningState).toBe("Canceled");
    world.pass(120);
    const begun = await machines().get(group, "openclaw-max0000001");
    expect(begun.provisioningState).toBe("Succeeded");
    expect(world.names(/extensions$/)).toEqual(["AADSSHLoginForLinux"]);
    expect(await codeOf(world.bot.deployments.deployments.cancel(group, "busy"))).toBe(
      "DeploymentCannotBeCancelled",
    );
  });

  it("into a group that is not there, or for a type that is not there, is refused", async () => {
    const path = `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/resourceGroups/none/providers/Microsoft.Resources/deployments/d`;
    const parameters = { key: { value: "max0000001" }, ownerName: { value: "Max Member" } };
    const body = { properties: { mode: "Incremental", template: compiled("member"), parameters } };
    const { code } = await world.raw(
      "PUT",
      `${path}?api-version=2026-06-01`,
      body,
      world.operator.credential,
    );
    expect(code).toBe("ResourceGroupNotFound");
  });
});

describe("a resource group", () => {
  it("on its way out takes nothing new, and everything in it goes", async () => {
    const groups = world.operator.resources.resourceGroups;
    await groups.createOrUpdate("short-lived", { location });
    await groups.delete("short-lived").submitted();
    const path = `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/resourceGroups/short-lived/providers/Microsoft.Compute/disks/d?api-version=2026-03-02`;
    const properties = { diskSizeGB: 4, creationData: { createOption: "Empty" } };
    const refused = await world.raw("PUT", path, { location, properties }, world.operator.credential);
    expect(refused.code).toBe("ResourceGroupBeingDeleted");
    world.pass(60);
    expect(await codeOf(groups.get("short-lived"))).toBe("ResourceGroupNotFound");
  });
});

describe("a Function App on Flex Consumption", () => {
  it("has no settings of other plans", async () => {
    unrecordedTest("a site that Azure refuses");
    const site = (siteConfig: object) =>
      world.raw(
        "PUT",
        world.id("Microsoft.Web/sites", "another-app").replace("2026-04-01", "2025-03-01"),
        { location, kind: "functionapp,linux", properties: { functionAppConfig: {}, siteConfig } },
        world.operator.credential,
      );
    const refused = await site({ minTlsVersion: "1.2", ftpsState: "Disabled" });
    expect(refused.status).toBe(400);
    expect(refused.body["error"]).toMatchObject({
      message: expect.stringContaining("Site.SiteConfig.FtpsState"),
    });
    expect((await site({ minTlsVersion: "1.2" })).status).toBeLessThan(300);
  });
});
