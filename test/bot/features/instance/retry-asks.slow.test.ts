import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "../../../world.ts";
import { keyOf, leftOf } from "../../left.ts";

/** What is tried again asks first where it deletes a VM that somebody may have worked on since. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(world.discord.people.mia);
}, 60_000);
afterAll(() => world.close());

const mia = () => world.discord.people.mia;
const ada = () => world.discord.people.ada;
const types = (command: string) => world.client.types(mia(), `openclaw ${command}`);
const record = async () => (await world.parts.store.person(keyOf(world, mia()))).instance?.value;
const vmId = () =>
  world.azure
    .resources()
    .find(({ id, type }) => type.endsWith("/virtualMachines") && id.includes(keyOf(world, mia())))
    ?.properties["vmId"];

async function putAside() {
  await world.client.types(ada(), "openclaw-admin unlock", { entra: "mia@contoso.com" });
  await world.client.clicks(ada(), "Yes, unlock");
  await world.settle();
  await types("status");
  await world.settle();
}

test("an admin ended a build, and its VM came up all the same: a retry asks what a rebuild asks", async () => {
  await types("request");
  for (let i = 0; i < 60 && !leftOf(world, mia()).includes("vm"); i += 1) await world.work();
  await putAside();
  expect(await record()).toMatchObject({ state: "ready", last: { name: "request", outcome: "superseded" } });
  const before = vmId();
  const question = await types("retry");
  await world.settle();
  expect(question.text).toContain("Rebuild openclaw-");
  expect(question.text).toContain("the VM with its system disk");
  expect(vmId()).toBe(before);
  expect((await record())?.operation).toBeUndefined();
  expect(world.errors).toEqual([]);
});

test("a size that is no longer offered is no reason to clear up what is whole", async () => {
  await world.client.types(ada(), "openclaw-admin policy set", { sizes: "Standard_B2as_v2" });
  await world.settle();
  const question = await types("retry");
  await world.settle();
  expect(question.text).toContain("Rebuild openclaw-");
});

test("an admin ended a clear-up before it deleted anything: a retry asks what a teardown asks", async () => {
  await world.client.types(ada(), "openclaw-admin policy set", { sizes: "Standard_B2als_v2" });
  world.azure.faults.set({ kind: "boot", exitCode: 1 });
  await world.settle();
  const question = await types("retry");
  await world.client.clicks(mia(), "Yes, rebuild it", question);
  await world.settle();
  world.azure.faults.clear();
  expect((await record())?.state).toBe("broken");
  await types("cancel");
  await putAside();
  expect(await record()).toMatchObject({ last: { name: "teardown", outcome: "superseded" } });
  const before = vmId();
  expect(before).toBeDefined();
  const asked = await types("retry");
  await world.settle();
  expect(asked.text).toContain("Tear down openclaw-");
  expect(asked.text).toContain("a snapshot of your home disk");
  expect(vmId()).toBe(before);
  expect(world.errors).toEqual([]);
});

test("a build that left nothing, of a size that is no longer offered: no word of what is left to clear up", async () => {
  await world.client.types(mia(), "openclaw teardown", {
    "no-backup": true,
    name: `openclaw-${keyOf(world, mia())}`,
  });
  await world.settle();
  world.azure.faults.set({ kind: "sku" });
  await types("request");
  await world.settle();
  world.azure.faults.clear();
  await world.client.types(ada(), "openclaw-admin policy set", { sizes: "Standard_B2as_v2" });
  await world.settle();
  expect((await record())?.state).toBe("absent");
  const answer = await types("retry");
  expect(answer.text).toContain("no longer offer Standard_B2als_v2");
  expect(answer.text).not.toContain("left");
  expect(answer.buttons).toEqual(["Request a new one"]);
});
