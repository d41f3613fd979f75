import { afterAll, beforeAll, expect, test } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import { memberKey } from "../../../bot/core/identifiers.ts";
import { startWorld, type World } from "../../world.ts";

/** Who did what and when, for admins. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(people().mia);
  await world.enroll(people().max);
  world.pass(2 * 24 * 3600);
  await world.client.types(people().mia, "openclaw status");
  await world.settle();
  await world.client.types(people().max, "openclaw request");
  await world.settle();
});
afterAll(() => world.close());

const people = () => world.discord.people;
const ask = async (options: Readonly<Record<string, string>> = {}) => {
  await world.client.types(people().ada, "openclaw-admin audit", options);
  await world.settle();
  return world.client.latest(people().ada);
};
const lines = async (options: Readonly<Record<string, string>> = {}) =>
  (await ask(options)).text.split("\n").flatMap((line) => /^<t:\d+:f> – (.*)$/.exec(line)?.[1] ?? []);
const ada = "discord:1100000000000000101";

test("newest first, with names, and what is about somebody else says about whom", async () => {
  expect(await lines()).toEqual([
    "Max Member: requested an instance – done",
    "Mia Member: asked for the status – done",
    `${ada}: added Max Member to the roster (Max Member) – done`,
    `${ada}: added Mia Member to the roster (Mia Member) – done`,
  ]);
});

test("of one person: what they did, and what was done about them", async () => {
  expect(await lines({ person: people().mia.id })).toEqual([
    "Mia Member: asked for the status – done",
    `${ada}: added Mia Member to the roster (Mia Member) – done`,
  ]);
  expect(await lines({ person: people().sam.id })).toEqual([]);
});

test("of so many days", async () => {
  expect(await lines({ days: "1" })).toHaveLength(2);
  for (const days of ["0", "91", "all"]) expect((await ask({ days })).text).toContain("from 1 to 90");
});

test("paged, of the same person on each page", async () => {
  for (let i = 0; i < 16; i += 1) {
    world.pass(60);
    await world.client.types(people().mia, "openclaw status");
    await world.settle();
  }
  const first = await ask({ person: people().mia.id, days: "1" });
  expect(first.text).toContain("Page 1 of 2");
  await world.client.clicks(people().ada, "Next page", first);
  await world.settle();
  const second = world.client.latest(people().ada);
  expect(second.text).toContain("Page 2 of 2");
  expect(second.text).toContain("of Mia Member");
  expect(second.text).not.toContain("Max");
});

test("what is in the index and did not come to be is not shown", async () => {
  const partition = memberKey("nobody");
  const at = world.now().toISOString();
  const value = { at, by: "bot", what: "did nothing", about: partition, call: "lost" };
  const { store } = world.parts;
  const entry = { kind: "audit", id: `${at}-lost`, value } as const;
  const stale = { kind: "accessLinks", id: "", value: { given: [] }, etag: 'W/"old"' } as const;
  await expect(store.commit(partition, [entry, stale])).rejects.toBeInstanceOf(Conflict);
  expect((await store.audit(new Date(at), world.now())).map(({ what }) => what)).toContain("did nothing");
  expect((await ask({ days: "1" })).text).not.toContain("did nothing");
});

test("how what was asked for has ended", async () => {
  const { azure, client, settle } = world;
  azure.faults.set({ kind: "authorization", target: "Microsoft.Compute/virtualMachines/deallocate/action" });
  await client.types(people().max, "openclaw stop");
  await settle();
  expect(await lines({ person: people().max.id, days: "1" })).toContain(
    "Max Member: asked to stop their instance – failed: AuthorizationFailed",
  );
  azure.faults.clear();
});

test("of somebody who came back with another account, what they did under the one that they had", async () => {
  await world.client.types(people().ada, "openclaw-admin roster remove", { person: people().mia.id });
  await world.settle();
  await world.client.types(people().ada, "openclaw-admin roster add", {
    person: people().sam.id,
    entra: "mia@contoso.com",
  });
  await world.settle();
  const theirs = await lines({ person: people().sam.id, days: "1" });
  expect(theirs).toContain("Mia Member: asked for the status – done");
  expect(await lines({ entra: "mia@contoso.com", days: "1" })).toEqual(theirs);
});

test("for admins alone", async () => {
  expect((await world.client.types(people().max, "openclaw-admin audit")).text).toContain("Only admins");
});
