import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";
import { rowsOf } from "../../tables.ts";

/** A member who left and came back can't retry what was started without them. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(world.discord.people.max);
}, 60_000);
afterAll(() => world.close());

const entra = "mia@contoso.com";
const admin = (command: string, options: Readonly<Record<string, string>> = {}) =>
  world.client.types(world.discord.people.ada, `openclaw-admin ${command}`, options);
const clicks = (label: string) => world.client.clicks(world.discord.people.ada, label);

const isLook = (row: string) => row.includes('"name":"status"') && row.includes('"status":"superseded"');

const begun: [string, () => Promise<unknown>][] = [
  [
    "transfer",
    async () => {
      await admin("roster transfer", { from: entra, to: world.discord.people.max.id });
      await clicks("Yes, give it");
    },
  ],
  [
    "teardown",
    async () => {
      const card = world.client.adminChannel(world.discord.people.ada).at(-1);
      await world.client.clicks(world.discord.people.ada, "Tear down", card);
      await clicks("Yes, tear it down");
    },
  ],
];
test.for(begun)("a %s that an admin started for a leaver", async ([name, begins]) => {
  const { mia } = world.discord.people;
  await world.enroll(mia);
  const key = keyOf(world, mia);
  const instance = async () => (await world.parts.store.person(key)).instance?.value;
  if (!(await instance())?.generation) await world.client.types(mia, "openclaw request");
  await world.settle();
  await world.client.removes(world.discord.people.ada, { entra });
  await world.settle();
  await begins();
  await admin("unlock", { entra });
  const aside = await clicks("Yes, unlock");
  expect(aside.text).toContain("shows it as I saw it last");
  expect(aside.text).not.toContain("Checking the instance");
  await world.settle();
  // Nobody looks for whoever isn't on the roster.
  expect(Object.values(await rowsOf(world)).filter(isLook)).toEqual([]);
  world.pass(60);
  await world.enroll(mia);
  expect((await instance())?.last).toMatchObject({ name, outcome: "superseded" });
  const answer = await world.client.types(mia, "openclaw retry");
  expect(answer.text).toContain(
    `This ${name} was started while you were off the roster, so there is nothing for you to retry.`,
  );
  // Nor can an admin: what is left is its owner's again.
  expect(answer.text).not.toContain("admin");
  expect(answer.text).toContain("What is left of your instance is yours");
  expect(answer.buttons).toEqual(["Status"]);
  expect((await instance())?.operation).toBeUndefined();
  expect(world.errors).toEqual([]);
});

test("they retry themselves what they have started since", async () => {
  const { mia } = world.discord.people;
  const { text } = await world.client.types(mia, "openclaw start");
  expect(text).toContain("Starting");
  await admin("unlock", { entra });
  await clicks("Yes, unlock");
  expect((await world.client.types(mia, "openclaw retry")).text).toContain("Trying again: start");
  await world.settle();
});
