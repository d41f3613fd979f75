import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { group, startWorld, vm, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

describe("an instance's life", () => {
  it("starts with a deployment that makes everything in order and waits for the gateway", async () => {
    await world.begin("first", "instance", await world.memberParameters());
    expect((await world.look("first")).properties?.provisioningState).toBe("Running");
    expect(world.names(/virtualMachines$/)).toEqual([]);
    expect((await world.look("first", 10)).properties?.provisioningState).toBe("Running");
    expect((await world.bot.compute.virtualMachines.get(group, vm)).provisioningState).toBe("Creating");

    world.pass(75);
    const booting = await world.bot.compute.virtualMachineRunCommands.getByVirtualMachine(
      group,
      vm,
      "ready",
      {
        expand: "instanceView",
      },
    );
    expect(booting.instanceView).toMatchObject({ executionState: "Running", output: '{"step":"booting"}\n' });

    const done = await world.look("first", 300);
    expect(done.properties?.provisioningState).toBe("Succeeded");
    expect(done.properties?.outputs).toMatchObject({ publicIp: { value: "203.0.113.1" } });
    const ready = await world.bot.compute.virtualMachineRunCommands.getByVirtualMachine(group, vm, "ready", {
      expand: "instanceView",
    });
    expect(ready.instanceView).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^\{"step":"booting"\}\n\{"step":"checking"\}\n\{"ready":true,.*\}\n$/),
    });
    expect(await world.power()).toBe("running");
  });

  it("tells the history of its deployment", async () => {
    const operations = [];
    for await (const operation of world.bot.deployments.deploymentOperations.list(group, "first"))
      operations.push(operation);
    const types = operations.map(({ properties }) =>
      properties?.targetResource?.resourceType?.split("/").at(-1),
    );
    expect(types.slice(0, 5)).toEqual([
      "networkSecurityGroups",
      "publicIPAddresses",
      "networkInterfaces",
      "disks",
      "virtualMachines",
    ]);
    expect(operations.every(({ properties }) => properties?.provisioningState === "Succeeded")).toBe(true);
  });

  it("stops and starts, and says so on the way", async () => {
    const { virtualMachines } = world.bot.compute;
    const stopping = virtualMachines.deallocate(group, vm);
    await stopping.submitted();
    expect(await world.power()).toBe("deallocating");
    await world.through(stopping);
    expect(await world.power()).toBe("deallocated");
    await world.through(virtualMachines.start(group, vm));
    expect(await world.power()).toBe("running");
    await world.through(virtualMachines.restart(group, vm));
    expect(await world.power()).toBe("running");
    // The bot has no right to: a VM that is only powered off costs as much as one that runs.
    await world.through(world.operator.compute.virtualMachines.powerOff(group, vm));
    expect(await world.power()).toBe("stopped");
    await world.through(virtualMachines.start(group, vm));
  });

  it("notes on its disks when it was started or deallocated last", async () => {
    const { virtualMachines, disks } = world.bot.compute;
    const owned = async () => (await disks.get(group, `${vm}-home`)).lastOwnershipUpdateTime?.getTime() ?? 0;
    const times = [await owned()];
    for (const change of ["deallocate", "start", "restart"] as const) {
      world.pass(60);
      await world.through(virtualMachines[change](group, vm));
      times.push(await owned());
    }
    const [before = 0, stopped = 0, started = 0, restarted = 0] = times;
    expect([stopped > before, started > stopped, restarted === started]).toEqual([true, true, true]);
  });

  it("lets a newer operation win over the one that runs", async () => {
    const { virtualMachines } = world.bot.compute;
    await virtualMachines.restart(group, vm).submitted();
    await world.through(virtualMachines.deallocate(group, vm));
    world.pass(60);
    expect(await world.power()).toBe("deallocated");
  });

  it("takes tags by PATCH and changes nothing else", async () => {
    const before = await world.bot.compute.virtualMachines.get(group, vm);
    await world.through(world.bot.compute.virtualMachines.update(group, vm, { tags: { lease: "soon" } }));
    const after = await world.bot.compute.virtualMachines.get(group, vm);
    expect(after.tags).toEqual({ lease: "soon" });
    expect(after.storageProfile).toEqual(before.storageProfile);
    expect(after.identity?.principalId).toBe(before.identity?.principalId);
  });

  it("ends with the VM, its interface, address and OS disk; the home disk, rules and identity stay", async () => {
    await world.through(world.bot.compute.virtualMachines.delete(group, vm));
    expect(world.names(/virtualMachines/)).toEqual([]);
    expect(world.names(/networkInterfaces|publicIPAddresses/)).toEqual([]);
    expect(world.names(/Compute\/disks/)).toEqual([`${vm}-home`]);
    expect(world.names(/networkSecurityGroups$/)).toEqual([`${vm}-nsg`]);
    // It is let go of a while later.
    world.pass(15);
    const disk = await world.bot.compute.disks.get(group, `${vm}-home`);
    expect([disk.managedBy, disk.diskState]).toEqual([undefined, "Unattached"]);
  });

  it("starts again with the same home disk", async () => {
    const before = await world.bot.compute.disks.get(group, `${vm}-home`);
    await world.instance({ homeDisk: "existing", generation: "op-2" });
    expect((await world.look("instance")).properties?.provisioningState).toBe("Succeeded");
    const after = await world.bot.compute.disks.get(group, `${vm}-home`);
    expect(after.uniqueId).toBe(before.uniqueId);
    expect(after.managedBy).toMatch(new RegExp(`${vm}$`));
  });
});
