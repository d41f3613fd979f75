import { afterAll, beforeAll, expect, test } from "vitest";
import { opening } from "../../../../bot/steps/running.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";
import { later, view } from "../../view.ts";

/* Azure refuses a whole rule in which two addresses overlap. In order: each test goes on where the one before it ended. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  const { ada, mia } = world.discord.people;
  await world.enroll(ada, { role: "admin" });
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
}, 60_000);
afterAll(() => world.close());

const mia = () => world.discord.people.mia;
const record = async () =>
  ((await world.parts.store.person(keyOf(world, mia()))).instance?.value.access ?? []).map(
    ({ address }) => address,
  );
async function opens(address: string): Promise<string> {
  const { id } = await world.client.types(mia(), "openclaw open-access", { address });
  await world.settle();
  return world.client.sees(mia()).find((message) => message.id === id)?.text ?? "";
}
const gets = (address: string) =>
  world.azure.canLogin("mia@contoso.com", address, `openclaw-${keyOf(world, mia())}`).allowed;

test("an address in a range that is open is open already", async () => {
  expect(await opens("203.0.113.0/28")).toContain("SSH is open for 203.0.113.0/28");
  world.azure.advance(60);
  expect(gets("203.0.113.7")).toBe(true);
  expect(await opens("203.0.113.7")).toContain("SSH is open for 203.0.113.0/28");
  expect(await record()).toEqual(["203.0.113.0/28"]);
});

test("asked for longer, the range stays open as long", async () => {
  const end = async () =>
    (await world.parts.store.person(keyOf(world, mia()))).instance?.value.access[0]?.until ?? "";
  const before = await end();
  world.pass(3600);
  expect(await opens("203.0.113.7")).toContain("SSH is open for 203.0.113.0/28");
  expect(Date.parse(await end()) - Date.parse(before)).toBeGreaterThanOrEqual(3600_000);
  expect(await record()).toEqual(["203.0.113.0/28"]);
});

test("a range takes the place of the addresses in it", async () => {
  expect(await opens("203.0.113.40")).toContain("SSH is open for 203.0.113.40");
  expect(await record()).toEqual(["203.0.113.0/28", "203.0.113.40"]);
  expect(await opens("203.0.113.0/26")).toContain("SSH is open for 203.0.113.0/26");
  expect(await record()).toEqual(["203.0.113.0/26"]);
});

test("a range that Azure refuses leaves on record what is open", async () => {
  world.azure.faults.set({
    kind: "authorization",
    target: "Microsoft.Network/networkSecurityGroups/securityRules/write",
  });
  expect(await opens("203.0.113.0/25")).toContain("SSH access could not be changed");
  world.azure.faults.clear();
  expect(await record()).toEqual(["203.0.113.0/26"]);
});

test("an address that is open for longer than the range around it outlives the range", async () => {
  await opens("198.51.100.7");
  await world.client.types(world.discord.people.ada, "openclaw-admin policy set", { "access-hours": "2" });
  await world.settle();
  expect(await opens("198.51.100.0/28")).toContain("SSH is open for 198.51.100.0/28");
  expect([gets("198.51.100.7"), gets("198.51.100.8")]).toEqual([true, true]);
  expect(await record()).toEqual(["203.0.113.0/26", "198.51.100.7", "198.51.100.0/28"]);
  world.pass(2 * 3600 + 60);
  await world.app.sweep();
  await world.settle();
  expect([gets("198.51.100.7"), gets("198.51.100.8")]).toEqual([true, false]);
  expect(await record()).toEqual(["203.0.113.0/26", "198.51.100.7"]);
});

test("a start opens what an earlier version left on record without an overlap", () => {
  const access = [
    { address: "203.0.113.7", until: later(60) },
    { address: "203.0.113.0/28", until: later(30) },
    { address: "203.0.113.0/24", until: later(-1) },
  ];
  const step = (sshFrom: string[]) =>
    opening(
      view("start", {
        instance: { access },
        truth: { networkSecurityGroup: { sshFrom } },
      }),
    );
  expect(step([])).toMatchObject({ act: { do: "allowSsh", from: ["203.0.113.0/28"], found: [] } });
  expect(step(["203.0.113.0/28"])).toBeUndefined();
  // Its time is over, and what closes it ends the sessions.
  expect(step(["203.0.113.0/24"])).toBeUndefined();
});
