import { afterAll, beforeAll, expect, test } from "vitest";
import { listed } from "../../../listed.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";

/* What the bot closes by itself. In order: each test goes on where the one before it ended. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ NETWORK_POLICY: "open" });
  const { ada, mia } = world.discord.people;
  await world.enroll(ada, { role: "admin" });
  await world.enroll(mia);
}, 60_000);
afterAll(() => world.close());

/** Works for so many minutes, with a sweep in each. */
async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    const end = world.now().getTime() + 60_000;
    await world.app.sweep();
    while (world.queue.waiting().length > 0 && world.now().getTime() < end) await world.work(1);
    if (world.now().getTime() < end) world.pass((end - world.now().getTime()) / 1000);
  }
}
/** The closings of SSH that the bot started by itself. */
const closings = async () =>
  (await listed(world.parts.store.audit(new Date("2026-11-22"), world.now()))).filter(({ what }) =>
    what.startsWith("started to close SSH"),
  );
const mia = () => world.discord.people.mia;
const ada = () => world.discord.people.ada;

test("nothing is closed of what is being built under the policy that holds, though it was open before", async () => {
  await world.client.types(mia(), "openclaw request");
  await world.settle();
  const question = await world.client.types(mia(), "openclaw teardown");
  await world.client.clicks(mia(), "Yes, tear it down", question);
  await world.settle();
  await world.client.types(ada(), "openclaw-admin policy set", { network: "locked" });
  await world.settle();
  await world.client.types(mia(), "openclaw request");
  await minutes(6);
  await world.settle();
  expect(world.client.dms(mia()).at(-1)?.text).toContain("Your OpenClaw is ready");
  expect(await closings()).toEqual([]);
});

test("a closing that Azure refuses goes on as one operation, of which the admins hear once", async () => {
  await world.client.types(ada(), "openclaw-admin policy set", { network: "open" });
  await world.settle();
  const { max } = world.discord.people;
  await world.enroll(max);
  await world.client.types(max, "openclaw request");
  await world.settle();
  const target = "Microsoft.Network/networkSecurityGroups/securityRules/delete";
  world.azure.faults.set({ kind: "authorization", target });
  const before = world.client.adminChannel(ada()).length;
  await world.client.types(ada(), "openclaw-admin policy set", { network: "locked" });
  await minutes(4);
  expect(await closings()).toHaveLength(1);
  const told = world.client.adminChannel(ada()).slice(before);
  expect(told.filter(({ text }) => text.includes("SSH access yet"))).toHaveLength(1);

  world.azure.faults.clear();
  await minutes(2);
  const { instance } = await world.parts.store.person(keyOf(world, max));
  expect(instance?.value.networkPolicy).toBe("locked");
  expect(await closings()).toHaveLength(1);
});
