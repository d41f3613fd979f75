import { afterAll, beforeAll, expect, test } from "vitest";
import { memberKey } from "../../../bot/core/names.ts";
import { startWorld, type World } from "../../world.ts";
import { rowsOf } from "../tables.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const people = () => world.discord.people;
const keyOf = (name: string) =>
  memberKey(world.azure.people.list().find(({ displayName }) => displayName === name)?.id ?? "");

test("who left and comes back can log in on their old instance again, once it is started", async () => {
  const key = keyOf("Mia Member");
  await world.enroll(people().mia);
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
  await world.client.removes(people().ada, { person: people().mia.id });
  await world.settle();
  await world.enroll(people().mia);
  await world.client.types(people().mia, "openclaw start");
  await world.settle();
  await world.client.types(people().mia, "openclaw open-access", { address: "203.0.113.7" });
  await world.settle();
  world.azure.advance(900);
  expect(world.azure.canLogin("mia@contoso.com", "203.0.113.7", `openclaw-${key}`)).toMatchObject({
    allowed: true,
  });
});

test("the admins hear once of what costs money and belongs to nobody", async () => {
  const key = keyOf("Mia Member");
  await world.app.sweep();
  await world.settle();
  const { instance } = await world.parts.store.person(key);
  expect(
    world.client.adminChannel(people().ada).filter(({ text }) => text.includes("belong to no instance")),
  ).toEqual([]);
  if (!instance) throw new Error("Mia has no instance");
  // As if somebody had lost the record, for an hour at first.
  for (const generation of [undefined, instance.value.generation, undefined]) {
    const etag = (await world.parts.store.person(key)).instance?.etag;
    const value = { ...instance.value, generation };
    await world.parts.store.commit(key, [{ kind: "instance", id: "", value, etag }]);
    world.pass(3700);
    await world.app.sweep();
    expect(
      world.client.adminChannel(people().ada).filter(({ text }) => text.includes("belong to no instance")),
    ).toEqual([]);
  }
  for (let hour = 0; hour < 3; hour += 1) {
    world.pass(3700);
    await world.app.sweep();
  }
  const told = world.client
    .adminChannel(people().ada)
    .filter(({ text }) => text.includes("belong to no instance"));
  expect(told).toHaveLength(1);
  expect(told[0]?.text).toContain(`openclaw-${key}-nic`);
  expect(told[0]?.text).not.toContain(`openclaw-${key}-home`);
});

test("what served for some minutes is gone after a month, and its effect is not", async () => {
  const { store } = world.parts;
  const key = keyOf("Mia Member");
  const claims = async () =>
    Object.keys(await rowsOf(world)).filter((row) => row.startsWith(`state ${key} claim:`));
  expect((await claims()).length).toBeGreaterThan(0);
  world.pass(32 * 24 * 3600);
  await world.app.sweep();
  expect(await claims()).toEqual([]);
  expect((await store.person(key)).member).toBeDefined();
});

test("no row holds the token of an interaction once it is dead, whatever came of the call", async () => {
  const { ada, mia, sam } = people();
  await world.enroll(sam);
  await world.client.types(mia, "openclaw open-access");
  await world.client.types(mia, "openclaw status");
  await world.client.types(sam, "openclaw request");
  await world.client.types(ada, "openclaw-admin health");
  await world.client.types(ada, "openclaw-admin teardown-all");
  await world.settle();
  const tokens = async () =>
    [
      ...Object.values(await rowsOf(world))
        .join("\n")
        .matchAll(/"token":"([^"]+)"/g),
    ].map(([, token]) => token);
  expect((await tokens()).length).toBeGreaterThan(3);
  const held = new Set(await tokens());
  world.pass(15 * 60 + 1);
  await world.app.sweep();
  const left = Object.entries(await rowsOf(world));
  expect(left.filter(([, json]) => [...held].some((token = "") => json.includes(token)))).toEqual([]);
});

test("what failed five times reaches the admins", async () => {
  world.queue.poison.push('{"kind":"operation","member":"x","id":"y"}');
  await world.app.sweep();
  expect(world.client.adminChannel(people().ada).at(-1)?.text).toContain("failed five times");
  expect(world.errors).toEqual([]);
});
