import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import type { Action } from "../../../bot/core/cloud.ts";
import type { WorkMessage } from "../../../bot/core/store.ts";
import { holdSeconds } from "../../../bot/hold.ts";
import type { Parts } from "../../../bot/parts.ts";
import type { Person } from "../../../local/discord/people.ts";
import { startWorld, type World } from "../../world.ts";
import { keyOf, leftOf } from "./left.ts";
import { rowsOf } from "./tables.ts";

/** A step that is about to act is left to whoever acts; whatever becomes of them, it goes on. */
let world: World;
let mia: Person;
beforeAll(async () => {
  world = await startWorld();
  ({ mia } = world.discord.people);
  await world.enroll(mia);
}, 60_000);
afterAll(() => world.close());
beforeEach(async () => {
  await world.settle();
  world.errors.length = 0;
});

type Act = Parts["cloud"]["act"];
type Do = Action["do"];

/** The bot with another way to act. */
const acting = (act: Act, parts: Parts = world.parts) =>
  appFrom({ ...parts, cloud: { ...parts.cloud, act } });
const isOf = (message: WorkMessage | undefined): message is WorkMessage => message?.kind === "operation";
/** The operation of Mia that runs. */
const operation = async () => {
  const key = keyOf(world, mia);
  const row = Object.entries(await rowsOf(world)).find(
    ([name, json]) => name.startsWith(`state ${key} op:`) && json.includes('"status":"running"'),
  );
  const [, id = ""] = /op:(\w+)$/.exec(row?.[0] ?? "") ?? [];
  return (await world.parts.store.get(key, "op", id))?.value;
};
const dms = () => world.client.dms(mia).at(-1)?.text ?? "";

/** Has Mia ask for something, and works up to the moment at which `does` is acted upon, which is held up there until `goOn`. */
async function upTo(does: Do, command: string, options = {}) {
  await world.client.types(mia, `openclaw ${command}`, options);
  const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
  let reached = false;
  const { act } = world.parts.cloud;
  const slow = acting(async (key, place, action) => {
    if (action.do === does) {
      reached = true;
      await going;
    }
    return act(key, place, action);
  });
  for (;;) {
    const message = world.queue.next() ?? expect.fail(`${does} is not reached`);
    const working = slow.work(message);
    await Promise.race([working, expect.poll(() => reached, { timeout: 20_000, interval: 5 }).toBe(true)]);
    if (reached) return { message, working, goOn };
  }
}

/** Counts what is done to Azure. */
function counting() {
  const done: Do[] = [];
  const { act } = world.parts.cloud;
  const app = acting((key, place, action) => {
    done.push(action.do);
    return act(key, place, action);
  });
  return { app, done };
}
