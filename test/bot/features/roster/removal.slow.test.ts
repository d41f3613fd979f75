import { afterAll, beforeAll, expect, test } from "vitest";
import { newInstance } from "../../../../bot/core/instance.ts";
import { memberKey } from "../../../../bot/core/names.ts";
import { operatorEnvironment } from "../../../../local/azure/environment.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";

let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  key = memberKey(
    world.azure.people.list().find(({ displayName }) => displayName === "Max Member")?.id ?? "",
  );
  await world.enroll(world.discord.people.ada, { role: "admin" });
});
afterAll(() => world.close());

test.each([1, 3, 4, 5, 6, 7, 8, 9, 10, 14])(
  "whoever is removed after %i steps of their build gets none, and that comes to an end",
  async (steps) => {
    const { ada, max } = world.discord.people;
    await world.enroll(max);
    await world.client.types(max, "openclaw request");
    await world.work(steps);
    const before = world.parts.clock.now().getTime();
    await world.client.removes(ada, { person: max.id });
    await world.settle();
    const { member, instance } = await world.parts.store.person(key);
    expect(member?.value.status).toBe("left");
    expect(instance?.value.operation).toBeUndefined();
    const { vm, logins = [] } = await world.parts.cloud.look(key, world.parts.settings.place, {
      parts: ["vm", "logins"],
    });
    expect(logins).toEqual([]);
    expect(["deallocated", undefined]).toContain(vm?.power);
    expect(world.parts.clock.now().getTime() - before).toBeLessThan(10 * 60_000);
    // What is left of it is cleared up, for the next one.
    world.pass(15 * 86_400);
    await world.app.sweep();
    await world.settle();
    world.pass(60);
  },
);

test("whoever is removed after an admin ended their build gets no VM of it", async () => {
  const { ada, max } = world.discord.people;
  await world.enroll(max);
  await world.client.types(max, "openclaw request");
  await world.work(4);
  const asked = await world.client.types(ada, "openclaw-admin unlock", { person: max.id });
  await world.client.clicks(ada, "Yes, unlock", asked);
  await world.client.removes(ada, { person: max.id });
  await world.settle();
  world.pass(3600);
  const { vm, logins = [] } = await world.parts.cloud.look(key, world.parts.settings.place, {
    parts: ["vm", "logins"],
  });
  expect(logins).toEqual([]);
  expect(["deallocated", undefined]).toContain(vm?.power);
  // What is left of it is cleared up, for the next one.
  world.pass(15 * 86_400);
  await world.app.sweep();
  await world.settle();
  world.pass(60);
});

test("roles that they were given elsewhere go too, and of those that the bot can't take the admins hear", async () => {
  const { ada, mia } = world.discord.people;
  await world.enroll(mia);
  const { subscription, resourceGroup } = world.parts.settings.place;
  const group = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
  const principalId = world.azure.people.list().find(({ displayName }) => displayName === "Mia Member")?.id;
  const roles = {
    "11111111-1111-4111-8111-111111111111": "fb879df8-f326-4884-b1cf-06f3ad86be52",
    "22222222-2222-4222-8222-222222222222": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  };
  // As the owner of the subscription, who may do anything.
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = operatorEnvironment(world.azure);
  const token = await fetch(
    `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=https://management.azure.com/`,
    { headers: { "x-identity-header": IDENTITY_HEADER } },
  );
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  for (const [name, role] of Object.entries(roles)) {
    const url = `${world.azure.url}${group}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
    const roleDefinitionId = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const made = await fetch(url, {
      method: "PUT",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      body: JSON.stringify({ properties: { principalId, principalType: "User", roleDefinitionId } }),
    });
    expect(made.status).toBe(201);
  }
  await world.client.removes(ada, { person: mia.id });
  await world.settle();
  const left = world.azure
    .resources()
    .filter(
      ({ type, properties }) => /roleAssignments$/i.test(type) && properties["principalId"] === principalId,
    )
    .map(({ name }) => name);
  expect(left).toEqual(["22222222-2222-4222-8222-222222222222"]);
  expect(world.client.adminChannel(ada).at(-1)?.code.join()).toContain(
    "az role assignment delete --ids /subscriptions/",
  );
});

test("the home disk of a leaver without a VM is torn down in the end, and by an admin before", async () => {
  const { ada, max } = world.discord.people;
  await world.enroll(max);
  await world.client.types(max, "openclaw request");
  await world.settle();
  world.azure.faults.set({ kind: "allocation" });
  const asked = await world.client.types(max, "openclaw rebuild");
  await world.client.clicks(max, "Yes, rebuild it", asked);
  await world.settle();
  world.azure.faults.clear();
  await world.client.types(max, "openclaw cancel");
  await world.settle();
  const disks = () => world.azure.resources().filter(({ name }) => name === `openclaw-${key}-home`);
  expect((await world.parts.store.person(key)).instance?.value.generation).toBeUndefined();
  expect(disks()).toHaveLength(1);
  const question = await world.client.types(ada, "openclaw-admin teardown-all");
  expect(question.text).toContain("Max Member");
  await world.client.removes(ada, { person: max.id });
  await world.settle();
  world.pass(15 * 86_400);
  await world.app.sweep();
  await world.settle();
  expect(disks()).toEqual([]);

  const toldFrom = world.client.adminChannel(ada).length;
  const told = () =>
    world.client
      .adminChannel(ada)
      .slice(toldFrom)
      .filter(({ text }) => text.includes("What Max Member leaves in Azure"));
  world.pass(86_400);
  await world.app.sweep();
  await world.settle();
  expect(told()).toEqual([]);
  // The last snapshot goes: nothing that costs anything is left.
  for (const days of [30, 1, 1]) {
    world.pass(days * 86_400);
    await world.app.sweep();
    await world.settle();
  }
  expect(told()).toHaveLength(1);
  const code = told()[0]?.code.join("\n") ?? "";
  expect(code).toMatch(/az role assignment delete .*--assignee .*--scope/);
  expect(code).toContain(
    `az keyvault secret delete --vault-name ${world.parts.settings.vault} --name openclaw-${key}`,
  );
  expect(code).toContain("az identity delete ");
});

test.for([
  ["had a VM that is gone", "2026-11-01T09:00:00.000Z", 1],
  ["never had a VM", undefined, 0],
] as const)(
  "a leaver who %s: the admins hear at once of what stays, or of nothing",
  async ([, bornAt, count]) => {
    const { ada, max } = world.discord.people;
    await world.enroll(max);
    const { settings, store, clock } = world.parts;
    const key = keyOf(world, max);
    const { instance } = await store.person(key);
    const value = { ...newInstance(settings.place, clock.now()), bornAt };
    await store.commit(key, [{ kind: "instance", id: "", value, etag: instance?.etag }]);
    const before = world.client.adminChannel(ada).length;
    await world.client.removes(ada, { person: max.id });
    await world.settle();
    const told = world.client.adminChannel(ada).slice(before);
    expect(told.filter(({ text }) => text.includes("What Max Member leaves in Azure"))).toHaveLength(count);
  },
);
