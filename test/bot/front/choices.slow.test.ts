import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import type { How } from "../../../local/discord/interact.ts";
import { storageAccount } from "../../azurite.ts";
import { layersOf, openProbe } from "../../bench/probe.ts";
import { unrecordedTest } from "../../recording.ts";
import { startWorld, type World } from "../../world.ts";
import { rowsOf } from "../tables.ts";

/** People type options on Discord: what they are offered, and what that costs. The tests build on each other. */
let world: World;
let probe: Awaited<ReturnType<typeof openProbe>>;
beforeAll(async () => {
  probe = await openProbe(storageAccount());
  world = await startWorld({}, { storage: probe.connectionString });
  const { ada, mia, max } = world.discord.people;
  await world.enroll(ada, { role: "admin" });
  await world.enroll(mia);
  await world.enroll(max);
  await world.client.types(ada, "openclaw-admin policy set", {
    sizes: "Standard_B2als_v2,Standard_B2as_v2,Standard_B4as_v2",
  });
  await world.settle();
  await world.client.types(mia, "openclaw request");
  await world.settle();
});
afterAll(async () => {
  await world.close();
  await probe.close();
});
beforeEach(() => {
  // Nothing that was found before is still remembered, but for prices.
  world.pass(61);
  probe.take();
});
const people = () => world.discord.people;
const sizesFor = (who: "mia" | "max" | "sam" | "ada", typed = "", how: How = {}) =>
  world.client.offered(people()[who], "openclaw resize", "size", typed, how);

describe("sizes", () => {
  test("stand there with their price before Azure has said what they are", async () => {
    expect(await sizesFor("mia")).toEqual([
      { name: expect.stringMatching(/^Standard_B2as_v2 · about \$\d+ a month$/), value: "Standard_B2as_v2" },
      { name: expect.stringMatching(/^Standard_B4as_v2 · about \$\d+ a month$/), value: "Standard_B4as_v2" },
    ]);
  });

  test("stand there with what they are, once the sweep has asked; without the one that the VM has", async () => {
    await world.app.sweep();
    world.pass(3700);
    expect(await sizesFor("mia")).toEqual([
      {
        name: expect.stringMatching(/^2 vCPU, 8 GB · Standard_B2as_v2 · about \$\d+ a month$/),
        value: "Standard_B2as_v2",
      },
      {
        name: expect.stringMatching(/^4 vCPU, 16 GB · Standard_B4as_v2 · about \$\d+ a month$/),
        value: "Standard_B4as_v2",
      },
    ]);
    expect((await sizesFor("mia", "16 gb")).map(({ value }) => value)).toEqual(["Standard_B4as_v2"]);
    const all = await world.client.offered(people().max, "openclaw request", "size");
    expect(all.map(({ value }) => value)).toEqual([
      "Standard_B2als_v2",
      "Standard_B2as_v2",
      "Standard_B4as_v2",
    ]);
  });

  test("are accepted as they were offered", async () => {
    const [first] = await sizesFor("mia");
    const asked = await world.client.types(people().mia, "openclaw resize", { size: first?.value ?? "" });
    expect(asked.text).toContain("to Standard_B2as_v2?");
  });
});

test("an admin is offered names, and no member is", async () => {
  const offer = (who: "ada" | "mia", typed: string) =>
    world.client.offered(people()[who], "openclaw-admin roster show", "entra", typed);
  expect(await offer("ada", "max")).toEqual([
    { name: "Max Member · max@contoso.com", value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  expect(await offer("mia", "max")).toEqual([]);
});

test("a setting is offered with its value now, and the way back", async () => {
  const offers = await world.client.offered(people().ada, "openclaw-admin policy set", "keep-days");
  expect(offers).toEqual([
    { name: "14 · now, recommended", value: "14" },
    { name: "1 · the least", value: "1" },
    { name: "365 · the most", value: "365" },
    { name: "default · what the bot's environment says", value: "default" },
  ]);
});

test("the first letter costs four reads at most, three of them in a row, the next letters none, and nothing is written", async () => {
  await sizesFor("mia");
  world.pass(61);
  const before = [await rowsOf(world), world.queue.waiting()];
  probe.take();
  await sizesFor("mia", "b");
  const calls = probe.take();
  expect(calls.filter(({ method }) => method !== "GET")).toEqual([]);
  // Whose account it is, and the policy; then the member with their instance; then what the sizes are.
  expect(calls.length).toBeLessThanOrEqual(4);
  expect(layersOf(calls).length).toBeLessThanOrEqual(3);
  for (const typed of ["b2", "b2a", "b2as"]) await sizesFor("mia", typed);
  expect(probe.take()).toEqual([]);
  expect([await rowsOf(world), world.queue.waiting()]).toEqual(before);
});

describe("nothing is offered", () => {
  test("to a stranger, who costs one look in a minute", async () => {
    expect(await sizesFor("sam")).toEqual([]);
    expect(probe.take().length).toBeLessThanOrEqual(2);
    for (let letter = 0; letter < 50; letter += 1) expect(await sizesFor("sam", "b")).toEqual([]);
    expect(probe.take()).toEqual([]);
  });

  test.each([
    ["elsewhere than in the team's own server", { guild_id: "999999999999999999" }],
    ["for a command that there is not", { data: { options: [focused("size", "b")] } }],
    ["for an option that is none", { data: typing("resize", [focused("__proto__", "b")]) }],
    ["for an option that has no suggestions", { data: typing("resize", [focused("force", "b")]) }],
    ["for an option that only buttons fill in", { data: typing("resize", [focused("confirmed", "b")]) }],
    ["for a command that only buttons have", { data: typing("bulk", [focused("id", "b")]) }],
    ["for what is longer than any choice", { data: typing("resize", [focused("size", "b".repeat(6000))]) }],
  ])("%s, and nothing is read", async (_, payload) => {
    unrecordedTest("what no client asks for");
    expect(await sizesFor("mia", "b", { payload })).toEqual([]);
    expect(probe.take()).toEqual([]);
  });

  test("to who is no longer on the roster", async () => {
    expect(await sizesFor("max")).not.toEqual([]);
    await world.client.removes(people().ada, { person: people().max.id });
    await world.settle();
    world.pass(61);
    expect(await sizesFor("max")).toEqual([]);
  });

  test("while the storage is away, and that is soon enough", async () => {
    const { store } = world.parts;
    const away = async () => {
      throw new Error("no storage");
    };
    world.serving.app = appFrom({ ...world.parts, store: { ...store, memberOf: away } });
    expect(await sizesFor("mia")).toEqual([]);
    expect(world.errors.splice(0).join("")).toContain("no choices could be found");
    const never = () => new Promise<never>(() => undefined);
    const wait = async () => undefined;
    world.serving.app = appFrom({ ...world.parts, wait, store: { ...store, memberOf: never } });
    world.pass(11);
    expect(await sizesFor("mia")).toEqual([]);
    world.serving.app = world.app;
  });
});

test("a thousand letters within a second cost one look, and leave every command that there was", async () => {
  await sizesFor("mia");
  world.pass(61);
  probe.take();
  const offers: (readonly object[])[] = [];
  // As many at a time as one process takes that plays Discord as well; the bot's clock stands still.
  for (let wave = 0; wave < 20; wave += 1)
    offers.push(...(await Promise.all(Array.from({ length: 50 }, () => sizesFor("mia", "b2")))));
  expect(offers).toHaveLength(1000);
  expect(offers.filter((some) => some.length > 0).length).toBe(30);
  expect(probe.take().length).toBeLessThanOrEqual(4);
  for (let one = 0; one < 20; one += 1)
    expect((await world.client.types(people().mia, "openclaw help")).text).toContain("What you can do");
  expect(world.errors).toEqual([]);
});

function focused(name: string, value: string) {
  return { type: 3, name, value, focused: true };
}

function typing(command: string, options: readonly object[]) {
  return { id: "1", type: 1, name: "openclaw", options: [{ type: 1, name: command, options }] };
}
