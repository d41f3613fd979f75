import { afterAll, beforeAll, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import type { Action } from "../../../bot/core/cloud.ts";
import type { Change } from "../../../bot/core/store.ts";
import { usual } from "../../../bot/features/usual/feature.ts";
import type { Parts } from "../../../bot/parts.ts";
import type { Person } from "../../../local/discord/people.ts";
import { storageAccount } from "../../azurite.ts";
import { type StorageGate, storageGate } from "../../storageGate.ts";
import { startWorld, type World } from "../../world.ts";

/** The storage does what is asked, and its answer is lost: nobody takes themselves for somebody else, and waits for them. */
let gate: StorageGate;
let world: World;
let mia: Person;
beforeAll(async () => {
  gate = await storageGate(storageAccount());
  world = await startWorld({}, { storage: gate.connectionString });
  ({ mia } = world.discord.people);
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
}, 60_000);
afterAll(async () => {
  await world.close();
  await gate.close();
});

const dms = () => world.client.dms(mia).at(-1)?.text ?? "";

/** Has the answers to these writes lost, until nothing is queued. No sweep helps. Answers with what was done when, in seconds. */
async function losing(isLost: (change: Change) => boolean) {
  const { store, cloud } = world.parts;
  const begun = world.now().getTime();
  const since = () => (world.now().getTime() - begun) / 1000;
  const done: (readonly [Action["do"], number])[] = [];
  let lost = 0;
  const commit: Parts["store"]["commit"] = async (partition, changes, dues) => {
    if (changes.some(isLost)) {
      gate.lose(/^POST .*\$batch/);
      lost += 1;
    }
    return store.commit(partition, changes, dues);
  };
  const act: Parts["cloud"]["act"] = (key, place, action, ...rest) => {
    done.push([action.do, since()]);
    return cloud.act(key, place, action, ...rest);
  };
  // What is learned from one run would let the next one look at other times.
  const features = world.parts.features.filter((feature) => feature !== usual);
  const app = appFrom({ ...world.parts, features, store: { ...store, commit }, cloud: { ...cloud, act } });
  for (let message = world.queue.next(); message; message = world.queue.next()) await app.work(message);
  expect(gate.hasLost()).toBe(true);
  return { done, lost, seconds: since() };
}

test.for<[string, (change: Change) => boolean]>([
  ["the holds", (change) => change.kind === "op" && change.value.hold !== undefined],
  ["all that is written of an operation", (change) => change.kind === "op"],
  ["all that is written of messages", (change) => change.kind === "delivery"],
])("where the answers to %s are lost, it takes no longer", { timeout: 60_000 }, async ([, isLost]) => {
  const took = async (isLost: (change: Change) => boolean) => {
    world.pass(60);
    await world.client.types(mia, "openclaw stop");
    const stopping = await losing(isLost);
    expect(dms()).toContain("Your OpenClaw is stopped");
    await world.client.types(mia, "openclaw start");
    const starting = await losing(isLost);
    expect(dms()).toContain("Your OpenClaw is ready");
    return {
      lost: stopping.lost + starting.lost,
      done: [...stopping.done, ...starting.done].map(([action]) => action),
      seconds: [stopping.seconds, starting.seconds],
    };
  };
  const undisturbed = await took(() => false);
  const disturbed = await took(isLost);
  expect(disturbed.lost).toBeGreaterThan(2);
  expect(disturbed).toEqual({ ...undisturbed, lost: disturbed.lost });
  expect(world.errors).toEqual([]);
});
