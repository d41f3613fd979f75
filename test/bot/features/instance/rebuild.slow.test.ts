import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { memberKey } from "../../../../bot/core/names.ts";
import { startWorld, type World } from "../../../world.ts";

/** Another VM around the same home disk, in order: each test goes on where the one before it ended. */
let world: World;
let key: string;
beforeAll(async () => {
  world = await startWorld();
  const mia = world.azure.people.list().find((person) => person.displayName === "Mia Member");
  key = memberKey(mia?.id ?? "");
  await world.enroll(world.discord.people.mia);
  await says("openclaw request");
});
afterAll(() => world.close());
beforeEach(() => world.azure.faults.clear());

const mia = () => world.discord.people.mia;
async function says(command: string, options: Readonly<Record<string, string>> = {}) {
  const answer = await world.client.types(mia(), command, options);
  await world.settle();
  return answer;
}
async function clicks(label: string) {
  const answer = await world.client.clicks(mia(), label);
  await world.settle();
  return answer;
}
const progress = () => world.client.dms(mia()).at(-1);
const resource = (type: string, name: string) =>
  world.azure.resources().find((each) => each.name === name && each.type.endsWith(type))?.properties;
const uniqueId = (disk: string) => resource("/disks", `openclaw-${key}-${disk}`)?.["uniqueId"];
const machine = () => resource("/virtualMachines", `openclaw-${key}`);
const vmId = () => machine()?.["vmId"];
const record = async () => (await world.parts.store.person(key)).instance?.value;

test("a rebuild asks first, and names what goes and what stays", async () => {
  const question = await says("openclaw rebuild");
  expect(question.text).toContain("the VM with its system disk");
  expect(question.text).toContain("your home disk with all your data");
  expect(question.text).toMatch(/about \$\d+\.\d\d a month while it runs/);
  expect((await record())?.state).toBe("ready");
});

test("an agent that is at work is not cut off: nothing is changed, and the old buttons still work", async () => {
  const before = vmId();
  world.azure.faults.set({ kind: "script", target: "quiesce" });
  await clicks("Yes, rebuild it");
  expect(progress()?.text).toContain("Your OpenClaw was not rebuilt");
  expect(progress()?.text).toContain("The agent is busy");
  expect(progress()?.buttons).toEqual(["Try the rebuild again", "Status", "Rebuild without waiting"]);
  expect(vmId()).toBe(before);
});

test.each([
  ["the size is not offered any more", { kind: "sku" }, "does not offer this size"],
  ["fewer cores are allowed than are used", { kind: "quota", limit: 0 }, "out of Azure cores"],
] as const)(
  "a rebuild that Azure would refuse, since %s, leaves the VM at work",
  async (_why, fault, why) => {
    const before = vmId();
    world.azure.faults.set(fault);
    await says("openclaw rebuild");
    await clicks("Yes, rebuild it");
    expect(progress()?.text).toContain("Your OpenClaw was not rebuilt");
    expect(progress()?.text).toContain(why);
    expect(progress()?.text).toContain("You still have your VM.");
    expect(vmId()).toBe(before);
    expect(await record()).toMatchObject({ state: "ready" });
  },
);

test("a rebuild makes another VM with the same home disk, and ends with how to get in", async () => {
  const [vm, home, os] = [vmId(), uniqueId("home"), uniqueId("os")];
  const generation = (await record())?.generation;
  await says("openclaw rebuild");
  await clicks("Yes, rebuild it");
  expect(progress()?.text).toContain("Your OpenClaw is ready");
  expect(progress()?.code).toContainEqual(expect.stringContaining("az ssh vm --subscription"));
  expect(vmId()).not.toBe(vm);
  expect(uniqueId("os")).not.toBe(os);
  expect(uniqueId("home")).toBe(home);
  expect((await record())?.generation).not.toBe(generation);
});

test("a size that is not on offer is refused; one that is names the difference in price before anything happens", async () => {
  expect((await says("openclaw resize", { size: "Standard_M416" })).text).toContain("size must be");
  await world.client.types(world.discord.people.ada, "openclaw-admin policy set", {
    sizes: "Standard_B2als_v2,Standard_B2as_v2",
  });
  await world.settle();
  const question = await says("openclaw resize", { size: "Standard_B2as_v2" });
  expect(question.text).toMatch(/Difference.*about \$\d+\.\d\d a month more while it runs/s);
  expect(machine()?.["hardwareProfile"]).toEqual({ vmSize: "Standard_B2als_v2" });
});

test("a resize stops the VM, changes it and starts it again", async () => {
  const vm = vmId();
  await clicks("Yes, change it");
  expect(progress()?.text).toContain("It has its new size, Standard_B2as_v2");
  expect(machine()?.["hardwareProfile"]).toEqual({ vmSize: "Standard_B2as_v2" });
  expect(vmId()).toBe(vm);
  expect(await record()).toMatchObject({ state: "ready", size: "Standard_B2as_v2" });
});

test("a VM that is off gets its size and stays off", async () => {
  await says("openclaw stop");
  await says("openclaw resize", { size: "Standard_B2als_v2" });
  await clicks("Yes, change it");
  expect(progress()?.text).toContain("Your OpenClaw is stopped\nIt has its new size, Standard_B2als_v2.");
  expect(await record()).toMatchObject({ state: "stopped", size: "Standard_B2als_v2" });
});

test("a size for which no cores are left leaves the VM as it was, and says why", async () => {
  world.azure.faults.set({ kind: "quota", limit: 0 });
  await says("openclaw resize", { size: "Standard_B2as_v2" });
  await clicks("Yes, change it");
  expect(progress()?.text).toContain("out of Azure cores");
  expect(await record()).toMatchObject({ state: "stopped", size: "Standard_B2als_v2" });
});
