import { afterAll, beforeAll, expect, test } from "vitest";
import { healthOf } from "../../../bot/engine/health.ts";
import { watchPlatforms } from "../../../bot/engine/platformState.ts";
import { startWorld, type World } from "../../world.ts";

/** A newer version of the bot was here, and has left work of a kind that this one does not know. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  const message = { kind: "lease", partition: "aaaaaaaaaa", id: "1" };
  await world.parts.store.addDue({ at: world.parts.clock.now(), message });
});
afterAll(() => world.close());

async function due(): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const { message } of world.parts.store.dueBy(world.parts.clock.now())) kinds.push(message.kind);
  return kinds;
}

test("its due row is left to that version, without a word, and without a task for the worker", async () => {
  world.pass(60);
  await world.app.sweep();
  expect(await due()).toEqual(["lease"]);
  expect(world.queue.waiting()).toEqual([]);
  expect(world.errors).toEqual([]);
});

test("the bot knows how it is, and how its platforms are, all the same", async () => {
  expect(await healthOf(world.parts)).toMatchObject({ owed: 0, lost: 0 });
  await watchPlatforms(world.parts);
  expect(world.errors).toEqual([]);
});
