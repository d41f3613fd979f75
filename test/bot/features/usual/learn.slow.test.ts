import { afterAll, beforeAll, expect, test } from "vitest";
import { botPartition } from "../../../../bot/core/names.ts";
import { startWorld, type World } from "../../../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(world.discord.people.mia);
  await types("request");
}, 60_000);
afterAll(() => world.close());

const types = async (command: string) => {
  await world.client.types(world.discord.people.mia, `openclaw ${command}`);
  await world.settle();
};
const learned = async (of: string) =>
  (await world.parts.store.get(botPartition, "usual", `${of}-Standard_B2als_v2`))?.value.seconds ?? {};

test("a build that succeeds leaves how long Azure took for each of its phases", async () => {
  const { deploying = [], booting = [] } = await learned("request");
  expect([deploying.length, booting.length]).toEqual([1, 1]);
  expect(deploying[0]).toBeGreaterThan(20);
});

test("of what is done again and again the last twenty count, and the progress says what is usual", async () => {
  for (let i = 0; i < 11; i += 1) {
    await types("stop");
    await types("start");
    world.pass(600);
  }
  const { stopping = [] } = await learned("stop");
  expect(stopping.length).toBe(11);
  await world.client.types(world.discord.people.mia, "openclaw stop");
  await world.work(2);
  expect(world.client.dms(world.discord.people.mia).at(-1)?.text).toMatch(
    /The VM is stopping\. Since .*; this usually takes \d+ seconds\./,
  );
  await world.settle();
});

test("what failed leaves nothing", async () => {
  const before = await learned("start");
  world.azure.faults.set({ kind: "allocation", times: 50 });
  await types("start");
  world.azure.faults.clear();
  expect(await learned("start")).toEqual(before);
});
