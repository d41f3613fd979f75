import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { people } from "../../../local/teams/people.ts";
import { storageAccount } from "../../azurite.ts";
import type { Seen } from "../../client.ts";
import { type StorageGate, storageGate } from "../../storageGate.ts";
import { teamsClient } from "../../teamsClient.ts";
import { startWorld, type World } from "../../world.ts";
import { late, soon } from "../late.ts";
import { rowsOf } from "../tables.ts";

/** In Teams what follows an answer finds it by what the bot remembers of that call, whatever else is asked at the same time or after it. */
let gate: StorageGate;
let world: World;
let client: ReturnType<typeof teamsClient>;
const { mia, sam, ada } = people;
beforeAll(async () => {
  gate = await storageGate(storageAccount());
  const admins = { BOOTSTRAP_ADMINS: `discord:1100000000000000101 entra:${ada.objectId}` };
  world = await startWorld(admins, { withTeams: true, storage: gate.connectionString });
  client = teamsClient(world.teams);
  await world.enroll(world.discord.people.mia);
  await client.types(mia, "request");
  await world.settle();
}, 60_000);
afterAll(async () => {
  await world.close();
  await gate.close();
});
beforeEach(() => {
  world.serving.app = world.app;
  world.teams.setFaults(undefined);
  world.errors.length = 0;
  world.pass(60);
});

const seen = () => client.sees(mia).length;
const last = (): Seen => client.dms(mia).at(-1) ?? expect.fail("nothing was shown");
const remembered = async () =>
  Object.keys(await rowsOf(world)).filter((row) => row.startsWith("cache cache teams-answer-"));

test("two answers at once are both found", async () => {
  const before = seen();
  gate.hold(/^(GET|PUT|PATCH) .*teams-answer/);
  const both = Promise.all([client.types(mia, "doctor"), client.types(mia, "status")]);
  await sleep(1500);
  gate.open();
  await both;
  await world.settle();
  expect(seen()).toBe(before + 2);
});

test("nine answers in a row are all found", async () => {
  const before = seen();
  await client.types(mia, "status");
  for (let more = 0; more < 8; more += 1) {
    world.pass(1);
    await client.types(mia, "help");
  }
  await world.settle();
  expect(seen()).toBe(before + 9);
});

test("who is nobody here, and what nothing follows, leaves no row", async () => {
  const before = await remembered();
  await client.types(sam, "status").catch(() => undefined);
  await client.types(mia, "help");
  await client.types(mia, "no such thing");
  expect(await remembered()).toEqual(before);
  await client.types(mia, "status");
  await world.settle();
  expect(await remembered()).toHaveLength(before.length + 1);
});

test("a card that is shown in place of the one that was clicked, since Teams takes no message, is found", async () => {
  await client.types(mia, "status");
  await world.settle();
  const card = last();
  const before = seen();
  world.pass(60);
  world.teams.setFaults({ serverErrors: { calls: 1, status: 503 } });
  await client.clicks(mia, card, "Status");
  world.teams.setFaults(undefined);
  await world.settle();
  expect(seen()).toBe(before);
  expect(client.sees(mia).find(({ id }) => id === card.id)?.text).not.toContain("Checking Azure now");
});

test("a late click that can't be written down takes the place of what is shown meanwhile, however slow Teams is", async () => {
  await client.types(mia, "status");
  await world.settle();
  const card = last();
  const before = seen();
  const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
  const { store } = world.parts;
  let began = false;
  const commit: typeof store.commit = async (partition, changes, dues) => {
    if (changes.some(({ kind }) => kind === "call")) throw new Error("the storage is away");
    if (changes.some(({ kind }) => kind === "op")) {
      began = true;
      await going;
    }
    return store.commit(partition, changes, dues);
  };
  world.serving.app = appFrom({ ...world.parts, store: { ...store, commit } });
  world.teams.setFaults({ slowMs: 3000 });
  await late(world, () => client.clicks(mia, card, "Status"));
  goOn();
  await soon(world, () => expect(began).toBe(true));
  await soon(world, () => expect(seen()).toBeGreaterThan(before));
  world.teams.setFaults(undefined);
  // What is slow has arrived by then.
  await soon(world, () => expect(world.queue.waiting().length).toBeGreaterThan(0));
  for (let more = 0; more < 200; more += 1) {
    world.patience.runOut();
    await sleep(20);
  }
  await world.settle();
  expect(seen()).toBe(before + 1);
});

test("what takes longer than a call can be answered stays one message", async () => {
  const before = seen();
  await client.types(mia, "backup now");
  await world.work(2);
  world.pass(16 * 60);
  await world.settle();
  expect(seen()).toBe(before + 1);
});
