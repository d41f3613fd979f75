import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../bot/core/records.ts";
import { keyOf } from "./bot/left.ts";
import { sharedAnswers } from "./oneMessage.ts";
import { startWorld, type World } from "./world.ts";

/** What looks for two deliveries of one answer sees them for as long as there are rows. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.enroll(world.discord.people.mia);
}, 60_000);
afterAll(() => world.close());

test("also when the interaction's token is gone; two answers at one moment are two", async () => {
  const { mia } = world.discord.people;
  await Promise.all([1, 2].map(() => world.client.types(mia, "openclaw status")));
  const key = keyOf(world, mia);
  const answers = world.queue.waiting().flatMap(({ kind, id }) => (kind === "operation" ? [id] : []));
  expect(answers).toHaveLength(2);
  await world.settle();
  expect(await sharedAnswers(world.storage)).toEqual([]);

  const { store } = world.parts;
  const [id = ""] = answers;
  const first = (await store.get(key, "delivery", id))?.value ?? expect.fail("it has a message");
  const put = (routes: Delivery["routes"]) =>
    store.commit(key, [
      { kind: "delivery", id: "second", value: { ...first, id: "second", routes }, replace: true },
    ]);
  await put(["answer"]);
  const both = [expect.arrayContaining([`${key} delivery:second`, `${key} delivery:${id}`])];
  expect(await sharedAnswers(world.storage)).toEqual(both);
  world.pass(16 * 60);
  await world.app.sweep();
  expect((await store.get(key, "delivery", id))?.value.to.data["token"]).toBeUndefined();
  expect(await sharedAnswers(world.storage)).toEqual(both);
  await put(["dm"]);
});
