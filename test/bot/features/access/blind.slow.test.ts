import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../../../local/discord/people.ts";
import { endless } from "../../../endless.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";

/* Somebody asks to open SSH, and Azure can't be asked: nobody knows whether it is open. */
let world: World;
let mia: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia } = world.discord.people);
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
}, 60_000);
afterAll(() => world.close());

const address = "203.0.113.7";
const onRecord = async () => (await world.parts.store.person(keyOf(world, mia))).instance?.value.access;
async function openInAzure(): Promise<readonly string[] | undefined> {
  const { cloud, settings } = world.parts;
  const look = { parts: ["networkSecurityGroup"] } as const;
  return (await cloud.look(keyOf(world, mia), settings.place, look)).networkSecurityGroup?.sshFrom;
}
const last = () => world.client.latest(mia).text;
const types = async (command: string, options: Readonly<Record<string, string>> = {}) => {
  await world.client.types(mia, `openclaw ${command}`, options);
  await world.settle();
};

/** She asks to open it while the group can't be read, and the bot says that it failed. */
async function opensBlindly() {
  world.azure.faults.set({ kind: "authorization", target: "Microsoft.Network/networkSecurityGroups/read" });
  await world.client.types(mia, "openclaw open-access", { address });
  for (let i = 0; i < 20 && !last().includes("could not be changed"); i += 1) await world.work();
  expect(last()).toContain("SSH access could not be changed");
  world.azure.faults.clear();
}

test("a start does not open what the bot has called failed", async () => {
  await types("stop");
  await opensBlindly();
  await types("start");
  expect(await openInAzure()).toEqual([]);
  expect(await onRecord()).toEqual([]);
});

test("what was opened all the same is closed as soon as Azure can be asked", async () => {
  const { cloud } = world.parts;
  await opensBlindly();
  await cloud.act(
    keyOf(world, mia),
    world.parts.settings.place,
    { do: "allowSsh", from: [address], found: [] },
    endless,
  );
  expect(await openInAzure()).toEqual([address]);
  await world.settle();
  expect(await openInAzure()).toEqual([]);
});

test("what was open before stays open to the end of its time", async () => {
  await types("open-access", { address });
  expect(await openInAzure()).toEqual([address]);
  world.pass(3600);
  await opensBlindly();
  await world.settle();
  expect(await openInAzure()).toEqual([address]);
  expect(await onRecord()).toEqual([{ address, until: expect.any(String) }]);
});
