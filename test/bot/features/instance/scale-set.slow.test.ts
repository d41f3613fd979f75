import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "../../../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({ ATTACH_TO_SCALE_SET: "off" });
});
afterAll(() => world.close());

test("a VM stands alone where the setting says so", async () => {
  const { mia } = world.discord.people;
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  expect(world.client.dms(mia).at(-1)?.text).toContain("Your OpenClaw is ready");
  const vms = world.azure.resources().filter(({ type }) => type.endsWith("/virtualMachines"));
  expect(vms.map(({ properties }) => properties["virtualMachineScaleSet"])).toEqual([undefined]);
});
