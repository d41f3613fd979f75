import { afterAll, beforeAll, expect, it } from "vitest";
import {
  checkTraffic,
  codeOf,
  compiled,
  group,
  location,
  noChecker,
  startWorld,
  vm,
  type World,
} from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const all = async (list: AsyncIterable<unknown>) => {
  let count = 0;
  for await (const _ of list) count += 1;
  return count;
};

// Left out, because the checker does not find them in what it has: providers, Microsoft.Network's usages, the versions of a secret.
it("answers as Microsoft's own specifications say", async (context) => {
  if (noChecker) context.skip(noChecker);
  const { deployments, resources, authorization, secrets } = world.bot;
  const { compute, network } = world.operator;
  await world.instance();
  await deployAndLook();
  await machine();
  await disksAndSnapshots();
  await networks();
  await groupsAndRoles();
  await vault();
  await refusals();
  await world.through(compute.virtualMachines.delete(group, vm));
  const { status, report } = checkTraffic(world.recording);
  expect(status, report).toBe(0);

  async function deployAndLook() {
    const parameters = { key: { value: "max0000001" }, ownerName: { value: "Max Member" } };
    const properties = { mode: "Incremental" as const, template: compiled("member"), parameters };
    await world.through(deployments.deployments.validate(group, "looked-at", { properties }));
    await world.through(deployments.deployments.whatIf(group, "looked-at", { properties }));
    await all(deployments.deployments.listByResourceGroup(group));
    await all(deployments.deploymentOperations.list(group, "instance"));
    await codeOf(deployments.deployments.get(group, "none"));
  }

  async function machine() {
    const { virtualMachines: vms, virtualMachineRunCommands: commands } = compute;
    await vms.get(group, vm, { expand: "instanceView" });
    await vms.instanceView(group, vm);
    await all(vms.list(group));
    await all(vms.listAll({ statusOnly: "true" }));
    await world.through(vms.update(group, vm, { tags: { lease: "soon" } }));
    await world.through(vms.runCommand(group, vm, { commandId: "RunShellScript", script: ["true"] }));
    const run = { location, source: { script: "true" }, asyncExecution: true };
    await world.through(commands.createOrUpdate(group, vm, "one", run));
    await commands.getByVirtualMachine(group, vm, "one", { expand: "instanceView" });
    await all(commands.listByVirtualMachine(group, vm));
    await world.through(commands.delete(group, vm, "one"));
    await compute.virtualMachineExtensions.get(group, vm, "AADSSHLoginForLinux");
    await world.through(vms.restart(group, vm));
    await world.through(vms.powerOff(group, vm));
    await world.through(vms.deallocate(group, vm));
    await world.through(vms.start(group, vm));
    await all(compute.virtualMachineScaleSets.list(group));
    await all(compute.virtualMachineScaleSetVMs.list(group, "openclaw-set"));
    await all(compute.usage.list(location));
    await all(compute.resourceSkus.list({ filter: `location eq '${location}'` }));
    await compute.virtualMachineImages.list(location, "Canonical", "ubuntu-24_04-lts", "server");
  }

  async function disksAndSnapshots() {
    const { disks, snapshots } = world.operator.compute;
    await disks.get(group, `${vm}-home`);
    await all(disks.listByResourceGroup(group));
    await world.through(disks.update(group, `${vm}-home`, { tags: { owner: "Mia" } }));
    const creationData = {
      createOption: "Copy",
      sourceResourceId: world.id("Microsoft.Compute/disks", `${vm}-home`),
    };
    await world.through(
      snapshots.createOrUpdate(group, "snap", { location, incremental: true, creationData }),
    );
    await snapshots.get(group, "snap");
    await world.through(
      disks.createOrUpdate(group, "empty", {
        location,
        diskSizeGB: 4,
        creationData: { createOption: "Empty" },
      }),
    );
    await world.through(disks.delete(group, "empty"));
    await world.through(snapshots.delete(group, "snap"));
  }

  async function networks() {
    await world.open("192.0.2.1");
    await network.networkSecurityGroups.get(group, `${vm}-nsg`);
    await network.securityRules.get(group, `${vm}-nsg`, "ssh");
    await all(network.securityRules.list(group, `${vm}-nsg`));
    await world.through(network.securityRules.beginDelete(group, `${vm}-nsg`, "ssh"));
    await network.networkInterfaces.get(group, `${vm}-nic`);
    await network.publicIPAddresses.get(group, `${vm}-ip`);
    await all(network.publicIPAddresses.list(group));
    await world.operator.network.virtualNetworks.get(group, "openclaw-network");
    await world.operator.network.subnets.get(group, "openclaw-network", "instances");
  }

  async function groupsAndRoles() {
    await resources.resourceGroups.get(group);
    await all(world.operator.resources.resourceGroups.list());
    await world.operator.resources.resourceGroups.createOrUpdate("short-lived", { location });
    await world.through(world.operator.resources.resourceGroups.delete("short-lived"));
    await all(resources.resources.listByResourceGroup(group, { filter: `name eq '${vm}'` }));
    const scope = world.id("Microsoft.Compute/virtualMachines", vm);
    const filter = `principalId eq '${world.personId("Mia Member")}'`;
    const assigned = (await authorization.roleAssignments.listForScope(scope, { filter }).next()).value;
    await authorization.roleAssignments.get(assigned.scope, assigned.name);
    await all(world.operator.authorization.roleDefinitions.list(scope));
    const name = "00000000-0000-4000-8000-000000000001";
    await authorization.roleAssignments.create(scope, name, {
      principalId: world.personId("Max Member"),
      principalType: "User",
      roleDefinitionId: assigned.roleDefinitionId,
    });
    await authorization.roleAssignments.delete(scope, name);
  }

  async function vault() {
    await secrets.setSecret("openclaw-mia", "{}");
    await all(secrets.listPropertiesOfSecrets());
    await codeOf(secrets.getSecret("openclaw-mia"));
    await codeOf(secrets.getDeletedSecret("none"));
    const token = await world.bot.credential.getToken("https://graph.microsoft.com/.default");
    const ask = (path: string) =>
      fetch(`${world.env.GRAPH_URL}/v1.0/${path}`, { headers: { authorization: `Bearer ${token?.token}` } });
    await ask("users/mia@contoso.com?$select=id,displayName,accountEnabled");
    await ask("users?$filter=startsWith(displayName,'M')");
    await ask("users/nobody@contoso.com");
  }

  async function refusals() {
    world.azure.faults.set({ kind: "throttling", times: 1 });
    await world.raw("GET", world.id("Microsoft.Compute/virtualMachines", vm));
    world.azure.faults.set({ kind: "quota", limit: 1, times: 1 });
    await world
      .begin("refused", "instance", { ...(await world.memberParameters()), key: "max0000001" })
      .catch(() => {});
    await codeOf(compute.virtualMachines.get(group, "none"));
    await codeOf(compute.disks.get("openclaw-bot-rg", "none"));
    world.azure.faults.set({ kind: "boot", exitCode: 1, times: 1 });
    await world.begin("failed", "instance", { ...(await world.memberParameters()), key: "max0000001" });
    await world.look("failed", 600);
    await all(deployments.deploymentOperations.list(group, "failed"));
  }
}, 60_000);
