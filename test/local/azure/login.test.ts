import { afterAll, beforeAll, expect, it } from "vitest";
import { codeOf, group, startWorld, vm, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.instance();
});
afterAll(() => world.close());

const home = "192.0.2.10";
const login = (person = "mia@contoso.com", address = home) => world.azure.canLogin(person, address, vm);

it("keeps everyone out while the network is closed", () => {
  expect(login()).toEqual({ allowed: false, reason: `network rule deny-inbound keeps ${home} out` });
});

it("lets the owner in from the opened address, and nobody else from anywhere", async () => {
  await world.open(`${home}/32`);
  expect(login()).toEqual({ allowed: true, reason: "Mia Member can sign in" });
  expect(login("mia@contoso.com", "192.0.2.11").allowed).toBe(false);
  expect(login("max@contoso.com").reason).toContain("no login role");
  expect(login("nobody@contoso.com").reason).toContain("not in the directory");
});

it("counts ranges by their length", async () => {
  await world.open("198.51.100.0/24");
  expect(login("mia@contoso.com", "198.51.100.200").allowed).toBe(true);
  expect(login("mia@contoso.com", "198.51.101.1").allowed).toBe(false);
  await world.open(home);
});

it("lets nobody into a VM that does not run", async () => {
  await world.through(world.bot.compute.virtualMachines.deallocate(group, vm));
  expect(login().reason).toBe("the VM is deallocated");
  await world.through(world.bot.compute.virtualMachines.start(group, vm));
  expect(login().allowed).toBe(true);
});

it("asks for the role on the VM, its interface and its address", async () => {
  const scope = world.id("Microsoft.Network/publicIPAddresses", `${vm}-ip`);
  const found = [];
  for await (const assignment of world.bot.authorization.roleAssignments.listForScope(scope, {
    filter: "atScope()",
  }))
    found.push(assignment);
  const mine = found.find(({ scope: at }) => at?.toLowerCase() === scope.toLowerCase());
  await world.bot.authorization.roleAssignments.delete(scope, mine?.name ?? "");
  expect(login().reason).toContain(`no login role on ${scope}`);
});

it("lets nobody in whose account is disabled", () => {
  const mia = world.azure.people.list().find(({ displayName }) => displayName === "Mia Member");
  world.azure.people.put({
    userPrincipalName: mia?.userPrincipalName ?? "",
    displayName: "Mia Member",
    accountEnabled: false,
  });
  expect(login().reason).toBe("the account of Mia Member is disabled");
});

it("knows no VM that is gone", async () => {
  await world.through(world.bot.compute.virtualMachines.delete(group, vm));
  expect(login("max@contoso.com").reason).toBe(`there is no VM ${vm}`);
  expect(await codeOf(world.bot.compute.virtualMachines.get(group, vm))).toBe("ResourceNotFound");
});
