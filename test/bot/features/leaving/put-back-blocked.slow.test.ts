import { afterAll, beforeAll, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { AzureFault } from "../../../../bot/core/errors.ts";
import type { Seen } from "../../../client.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";

/** A lock in Azure keeps the access of Mia, who was removed, from being closed for more than a day. In order. */
let world: World;
const people = () => world.discord.people;
const status = async () => (await world.parts.store.person(keyOf(world, people().mia))).member?.value.status;
const presses = (): Promise<Seen> => {
  const card = world.client.sees(people().ada).findLast(({ buttons }) => buttons.includes("Put back"));
  return world.client.clicks(people().ada, "Put back", card);
};
const locked = { service: "arm", status: 409, code: "ScopeLocked", detail: "a lock", correlation: "c" };

beforeAll(async () => {
  world = await startWorld();
  await world.enroll(people().mia);
  await world.client.types(people().mia, "openclaw request");
  await world.settle();
});
afterAll(() => world.close());

test("while Azure refuses, whoever puts them back hears that it does", async () => {
  await world.client.removes(people().ada, { entra: "mia@contoso.com" });
  const act: typeof world.parts.cloud.act = async () => {
    throw new AzureFault(locked);
  };
  const refused = appFrom({ ...world.parts, cloud: { ...world.parts.cloud, act } });
  for (let looks = 0; looks < 12; looks += 1) {
    const message = world.queue.next();
    if (message) await refused.work(message);
  }
  expect(await status()).toBe("leaving");
  world.pass(25 * 3600);
  const { text } = await presses();
  expect(text).toContain("Azure still refuses to close the access of Mia Member");
  expect(text).not.toContain("few minutes");
  expect(text).not.toContain("works for a day");
});

test("the day in which they can be put back starts when their access is closed", async () => {
  await world.settle();
  expect(await status()).toBe("left");
  world.pass(23 * 3600);
  await presses();
  await world.settle();
  expect(await status()).toBe("active");
});

test("and it is over a day after that", async () => {
  await world.client.removes(people().ada, { entra: "mia@contoso.com" });
  await world.settle();
  world.pass(25 * 3600);
  expect((await presses()).text).toContain("works for a day");
  expect(await status()).toBe("left");
});
