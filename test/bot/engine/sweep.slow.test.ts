import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { appFrom } from "../../../bot/app.ts";
import { newInstance } from "../../../bot/core/instance.ts";
import { operationId } from "../../../bot/core/names.ts";
import { dueSeconds } from "../../../bot/engine/sweep.ts";
import type { Parts } from "../../../bot/parts.ts";
import { listed } from "../../listed.ts";
import { startWorld, type World } from "../../world.ts";
import { member, operation } from "../store/rows.ts";

/** Whatever is due is looked at, however much it is and whatever else the sweep has to do. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  // What is done every hour is done.
  await world.app.sweep();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  const { store } = world.parts;
  for await (const due of store.dueBy(new Date(world.now().getTime() + 3600_000))) await store.dropDue(due);
  world.queue.lose();
  world.errors.length = 0;
});

const key = "aaaaaaaaaa";

/** As many operations whose look has been lost, each with its due row, by their ids. */
async function lost(count: number, name: string): Promise<readonly string[]> {
  const { store } = world.parts;
  const ids = Array.from({ length: count }, (_, index) => operationId(`${name} ${index}`));
  const began = world.now().getTime() - 600_000;
  await Promise.all(
    ids.map(async (id, index) => {
      await store.commit(key, [{ kind: "op", id, value: operation(id) }]);
      const at = new Date(began + index * 1000);
      await store.addDue({ at, message: { kind: "operation", partition: key, id } });
    }),
  );
  return ids;
}

const queued = () => world.queue.waiting().map(({ id }) => id);
const withStore = (store: Partial<Parts["store"]>, more: Partial<Parts> = {}) =>
  appFrom({ ...world.parts, ...more, store: { ...world.parts.store, ...store } });

test("450 due rows are all looked at in one run, each once, though one of them fails", async () => {
  const ids = await lost(450, "many");
  const [broken = ""] = ids;
  const { store } = world.parts;
  let tries = 0;
  const app = withStore({
    get: async (partition, kind, id) => {
      if (id === broken && kind === "op") {
        tries += 1;
        throw new Error("it can't be read");
      }
      return store.get(partition, kind, id);
    },
  });
  await app.sweep();
  expect(queued().toSorted()).toEqual(ids.slice(1).toSorted());
  expect(tries).toBe(1);
  expect(world.errors).toEqual([expect.stringContaining("could not look at a due row")]);
  world.queue.lose();
  await app.sweep();
  expect(tries).toBe(2);
  expect(queued()).toEqual([]);
}, 60_000);

test("where there are more than a sweep has time for, the next goes on, and everything else is done all the same", async () => {
  const ids = await lost(100, "slow");
  const { store, clock } = world.parts;
  const looks: string[] = [];
  let tended = 0;
  const app = withStore({
    // Each takes a second.
    get: async (partition, kind, id) => {
      if (kind === "op") {
        looks.push(id);
        world.pass(1);
      }
      return store.get(partition, kind, id);
    },
    tend: async () => {
      tended += 1;
    },
  });
  const begun = clock.now().getTime();
  await app.sweep();
  expect(looks).toEqual(ids.slice(0, dueSeconds));
  expect((clock.now().getTime() - begun) / 1000).toBe(dueSeconds);
  expect(tended).toBe(1);
  await app.sweep();
  expect(looks).toEqual(ids.slice(0, 2 * dueSeconds));
  await app.sweep();
  expect(looks.slice(0, ids.length)).toEqual(ids);
});

test("while something else takes long, due rows are looked at once a minute, and once more when it is done", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = withStore({ tend: () => promise });
  const sweeping = slow.sweep();
  for (const minute of [1, 2]) {
    const [id] = await lost(1, `meanwhile ${minute}`);
    world.pass(60);
    await vi.waitFor(() => expect(world.patience.runOut()).toBe(1));
    await vi.waitFor(() => expect(queued()).toContain(id));
  }
  const [id] = await lost(1, "at last");
  resolve();
  await sweeping;
  expect(queued()).toContain(id);
});

test("what must be closed is due, though the queue can't be reached when that is seen", async () => {
  const { store, settings } = world.parts;
  const open = {
    ...newInstance(settings.place, world.now()),
    generation: "g",
    networkPolicy: "open",
  } as const;
  const people = async () => [{ member: member(key), instance: open }];
  const send = () => Promise.reject(new Error("no queue"));
  await store.cache("due times", {}, new Date(0));
  const app = withStore({ people }, { queue: { ...world.queue, send } });
  await app.sweep();
  const due = await listed(store.dueBy(new Date(world.now().getTime() + 3600_000)));
  expect(due.map(({ message }) => message)).toContainEqual({ kind: "access", partition: key, id: "lock" });
});
