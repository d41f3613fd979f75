import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultSetting } from "../../../local/azure/faults.ts";
import { codeOf, compiled, group, location, startWorld, vm, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Starts Mia's deployment; the refusal, if it does not even start. */
async function request(fault: FaultSetting) {
  const parameters = await world.memberParameters();
  world.azure.faults.set(fault);
  const values = Object.fromEntries(Object.entries(parameters).map(([k, value]) => [k, { value }]));
  const properties = { mode: "Incremental", template: compiled("instance"), parameters: values };
  return world.raw("PUT", `${world.id("Microsoft.Resources/deployments", "d")}?api-version=2026-06-01`, {
    properties,
  });
}

interface Details {
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly Details[];
}

/** The codes from the outermost to the innermost error. */
const codes = (error: Details | undefined): (string | undefined)[] =>
  error ? [error.code, ...codes(error.details?.[0])] : [];

async function outcome(seconds = 2000) {
  const { properties } = await world.look("d", seconds);
  return { state: properties?.provisioningState, codes: codes(properties?.error as Details | undefined) };
}

describe("refused before it starts, without a trace", () => {
  it.each<[string, FaultSetting, string[]]>([
    ["quota", { kind: "quota", limit: 1 }, ["InvalidTemplateDeployment", "QuotaExceeded"]],
    ["size", { kind: "sku" }, ["InvalidTemplateDeployment", "SkuNotAvailable"]],
    ["policy", { kind: "policy" }, ["InvalidTemplateDeployment", "RequestDisallowedByPolicy"]],
    [
      "authorization",
      { kind: "authorization", target: "Microsoft.Compute/virtualMachines/write" },
      ["InvalidTemplateDeployment", "AuthorizationFailed"],
    ],
    ["throttling", { kind: "throttling", target: "deployments" }, ["TooManyRequests"]],
  ])("%s", async (_, fault, expected) => {
    const refused = await request(fault);
    expect(codes(refused.body.error)).toEqual(expected);
    world.azure.faults.clear();
    expect(await codeOf(world.look("d"))).toBe("DeploymentNotFound");
    expect(world.names(/virtualMachines|networkInterfaces/)).toEqual([]);
  });
});

describe("failed under way", () => {
  const at = (...inner: string[]) => ["DeploymentFailed", "ResourceDeploymentFailure", ...inner];

  it("no room: the VM is there and failed, and what it needs stays", async () => {
    await request({ kind: "allocation", times: 1 });
    expect(await outcome()).toEqual({ state: "Failed", codes: at("AllocationFailed") });
    expect((await world.bot.compute.virtualMachines.get(group, vm)).provisioningState).toBe("Failed");
    expect(world.names(/networkInterfaces/)).toEqual([`${vm}-nic`]);
  });

  it.each([
    [1, "first-boot", 10],
    [124, "first-boot-slow", 15],
    [11, "home-disk", 11],
    [12, "gateway", 12],
    [13, "checksum", 13],
    [14, "key-vault", 14],
  ])("first boot ends with %i: the run command says %s and exits with %i", async (exitCode, error, exit) => {
    await request({ kind: "boot", exitCode, times: 1 });
    expect(await outcome()).toEqual({ state: "Failed", codes: at("VMExtensionProvisioningError") });
    const { instanceView } = await world.bot.compute.virtualMachineRunCommands.getByVirtualMachine(
      group,
      vm,
      "ready",
      {
        expand: "instanceView",
      },
    );
    expect(instanceView).toMatchObject({ executionState: "Failed", exitCode: exit });
    expect(JSON.parse(instanceView?.output?.trim().split("\n").at(-1) ?? "")).toMatchObject({
      ready: false,
      error,
    });
    expect(await world.power()).toBe("running");
  });

  it.each([
    [
      "message",
      "VMExtensionProvisioningError",
      /Error message: '\{"executionState":"Failed".*"exitCode":14,/,
    ],
    ["reason", "VMExtensionProvisioningError", /Error message: "Execution failed: .* exit status=14"\.$/],
    [
      "words",
      "VMRunCommandFailed",
      /^The run command 'ready' failed with exit code 14\.\n\[stdout\]\n\{"step"/,
    ],
  ])("the run command's failure is reported as %s", async (target, code, words) => {
    world.azure.faults.set({ kind: "frame", target });
    await request({ kind: "boot", exitCode: 14, times: 1 });
    const { properties } = await world.look("d", 2000);
    const error = (properties?.error as Details | undefined)?.details?.[0]?.details?.[0];
    expect(error).toEqual({ code, message: expect.stringMatching(words) });
  });

  it("first boot recovers: a warning, and ready all the same", async () => {
    await request({ kind: "boot", exitCode: 2, times: 1 });
    expect((await outcome()).state).toBe("Succeeded");
  });

  it.each([22, 100])("the Entra extension exits with %i", async (exitCode) => {
    await request({ kind: "extension", exitCode, times: 1 });
    const { properties } = await world.look("d", 600);
    expect(JSON.stringify(properties?.error)).toContain(`exit status=${exitCode}`);
    // Once deleted, it can be tried again.
    const { virtualMachineExtensions: extensions } = world.operator.compute;
    await world.through(extensions.delete(group, vm, "AADSSHLoginForLinux"));
    const again = {
      location,
      publisher: "Microsoft.Azure.ActiveDirectory",
      typePropertiesType: "AADSSHLoginForLinux",
      typeHandlerVersion: "1.0",
    };
    await world.through(extensions.createOrUpdate(group, vm, "AADSSHLoginForLinux", again));
    expect((await extensions.get(group, vm, "AADSSHLoginForLinux")).provisioningState).toBe("Succeeded");
  });

  it("the Entra extension without a system-assigned identity exits with 22", async () => {
    await world.instance();
    const { virtualMachines, virtualMachineExtensions: extensions } = world.operator.compute;
    await world.through(extensions.delete(group, vm, "AADSSHLoginForLinux"));
    await world.through(virtualMachines.update(group, vm, { identity: { type: "None" } }));
    const again = {
      location,
      publisher: "Microsoft.Azure.ActiveDirectory",
      typePropertiesType: "AADSSHLoginForLinux",
      typeHandlerVersion: "1.0",
    };
    await expect(
      world.through(extensions.createOrUpdate(group, vm, "AADSSHLoginForLinux", again)),
    ).rejects.toThrow();
  });

  it("hangs, can be cancelled, and the VM that hangs can be deleted", async () => {
    await request({ kind: "slow", times: 1 });
    expect((await outcome(3000)).state).toBe("Running");
    await world.bot.deployments.deployments.cancel(group, "d");
    expect((await outcome(0)).state).toBe("Canceled");
    await world.through(world.bot.compute.virtualMachines.delete(group, vm));
    expect(world.names(/virtualMachines|networkInterfaces|publicIP/)).toEqual([]);
  });
});

describe("with an instance", () => {
  it("does not deallocate, as often as the fault says", async () => {
    await world.instance();
    world.azure.faults.set({ kind: "deallocate", times: 1 });
    const { virtualMachines } = world.bot.compute;
    await expect(world.through(virtualMachines.deallocate(group, vm))).rejects.toThrow();
    expect(await world.power()).toBe("running");
    await world.through(virtualMachines.deallocate(group, vm));
    expect(await world.power()).toBe("deallocated");
    world.azure.faults.set({ kind: "allocation", times: 1 });
    await expect(world.through(virtualMachines.start(group, vm))).rejects.toThrow();
    expect(await world.power()).toBe("deallocated");
  });

  it("counts the cores of a VM that is stopped, as Azure does", async () => {
    await world.instance();
    await world.through(world.bot.compute.virtualMachines.deallocate(group, vm));
    const usages = [];
    for await (const usage of world.bot.compute.usage.list(location)) usages.push(usage);
    expect(usages.find(({ name }) => name.value === "cores")).toMatchObject({ currentValue: 2, limit: 100 });
    world.azure.faults.set({ kind: "quota" });
    for await (const usage of world.bot.compute.usage.list(location))
      if (usage.name.value === "cores") expect(usage.limit).toBe(2);
  });

  it("says in the list of sizes what is not to be had", async () => {
    world.azure.faults.set({ kind: "sku", size: "Standard_B2als_v2" });
    const skus = [];
    for await (const sku of world.bot.compute.resourceSkus.list({ filter: `location eq '${location}'` }))
      skus.push(sku);
    const restricted = skus
      .filter(({ restrictions }) => (restrictions?.length ?? 0) > 0)
      .map(({ name }) => name);
    expect(restricted).toEqual(["Standard_B2als_v2"]);
  });

  it("makes a snapshot that fails, or whose copy takes longer than its making", async () => {
    await world.instance();
    await world.look("instance");
    const { snapshots } = world.operator.compute;
    const sourceResourceId = world.id("Microsoft.Compute/disks", `${vm}-home`);
    const make = (name: string) =>
      snapshots
        .createOrUpdate(group, name, { location, creationData: { createOption: "Copy", sourceResourceId } })
        .submitted();
    const stateOf = async (name: string) => {
      const { provisioningState, completionPercent } = await snapshots.get(group, name);
      return [provisioningState, completionPercent];
    };
    world.azure.faults.set({ kind: "snapshot", times: 1 });
    await make("bad");
    world.pass(60);
    expect((await stateOf("bad"))[0]).toBe("Failed");
    world.azure.faults.set({ kind: "snapshot", seconds: 100, times: 1 });
    await make("late");
    world.pass(60);
    expect(await stateOf("late")).toEqual(["Succeeded", 10]);
    world.pass(60);
    expect(await stateOf("late")).toEqual(["Succeeded", 100]);
  });

  it("throttles with the time to wait", async () => {
    world.azure.faults.set({ kind: "throttling", seconds: 7, times: 1 });
    const path = `/subscriptions/${world.env.AZURE_SUBSCRIPTION_ID}/resourceGroups/${group}`;
    const left = "x-ms-ratelimit-remaining-subscription-reads";
    const refused = await world.raw("GET", path);
    expect([refused.status, refused.headers.get("retry-after"), refused.headers.get(left)]).toEqual([
      429,
      "7",
      "0",
    ]);
    const allowed = await world.raw("GET", path);
    expect([allowed.status, Number(allowed.headers.get(left)) > 0]).toEqual([200, true]);
  });
});
