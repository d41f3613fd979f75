import { afterAll, beforeAll, expect, test } from "vitest";
import type { Seen } from "../../../client.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";

/** Mia has left, and what she had is given away or torn down while somebody puts her back. */
let world: World;
const people = () => world.discord.people;
const mia = () => world.parts.store.person(keyOf(world, people().mia));
const asAda = (command: string, options: Readonly<Record<string, string>> = {}) =>
  world.client.types(people().ada, `openclaw-admin ${command}`, options);
const shown = (button: string): Seen =>
  world.client.sees(people().ada).findLast(({ buttons }) => buttons.includes(button)) ??
  expect.fail(`nobody offers ${button}`);
const presses = (button: string) => world.client.clicks(people().ada, button, shown(button));

beforeAll(async () => {
  world = await startWorld();
  await world.enroll(people().max);
  await world.enroll(people().mia);
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
});
afterAll(() => world.close());

test.each([
  [
    "transfer",
    async () => {
      await asAda("roster transfer", { from: "mia@contoso.com", to: people().max.id });
      await presses("Yes, give it");
    },
  ],
  [
    "teardown",
    async () => {
      await presses("Tear down");
      await presses("Yes, tear it down");
    },
  ],
])("a leaver is put back once a %s of theirs has finished, not while it runs", async (name, begins) => {
  await world.client.removes(people().ada, { entra: "mia@contoso.com" });
  await world.settle();
  await begins();
  await world.work(2);
  expect((await presses("Put back")).text).toContain(`A ${name} is in progress for Mia Member`);
  expect((await mia()).member?.value.status).toBe("left");
  await world.settle();
  world.pass(5);
  await presses("Put back");
  await world.settle();
  expect((await mia()).member?.value.status).toBe("active");
  expect(world.errors).toEqual([]);
});
