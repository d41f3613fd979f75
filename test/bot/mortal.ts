import type { Store } from "../../bot/core/store.ts";
import type { Parts } from "../../bot/parts.ts";

/** What is due is written down in a call of its own, so that a process can die between it and the changes. */
const dueFirst = ({
  commit,
  addDue,
}: Pick<Store, "commit" | "addDue">): Pick<Store, "commit" | "addDue"> => ({
  addDue,
  commit: async (partition, changes, dues = []) => {
    for (const due of dues) await addDue(due);
    await commit(partition, changes);
  },
});

/** The parts, of which the n-th call that changes something is the last before the process dies. */
export function dyingAfter(n: number, parts: Parts): Parts {
  let calls = 0;
  const mortal =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const result = await call(...args);
      calls += 1;
      if (calls === n) throw new Error("died");
      return result;
    };
  const { store, queue, cloud, platforms } = parts;
  return {
    ...parts,
    store: { ...store, ...dueFirst({ commit: mortal(store.commit), addDue: mortal(store.addDue) }) },
    queue: { ...queue, send: mortal(queue.send) },
    cloud: { ...cloud, act: mortal(cloud.act) },
    platforms: Object.fromEntries(
      Object.entries(platforms).map(([name, platform]) => [
        name,
        { ...platform, send: mortal(platform.send) },
      ]),
    ),
  };
}

/**
 * The parts of a process that learns who calls, and gets no answer from what else it reads until `goOn`, and that is no more once it has
 * changed something so many times after that: whatever it does next never ends.
 */
export function haltingAfter(
  n: number,
  parts: Parts,
): { readonly parts: Parts; goOn(): void; changed(): number } {
  let changed = 0;
  let goesOn = false;
  const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  const reading =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await going;
      return changed < n ? call(...args) : never;
    };
  const changing =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (goesOn && changed >= n) return never;
      const result = await call(...args);
      if (goesOn) changed += 1;
      return result;
    };
  const { store, queue, platforms } = parts;
  return {
    parts: {
      ...parts,
      store: {
        ...store,
        get: reading(store.get) as typeof store.get,
        ...dueFirst({ commit: changing(store.commit), addDue: changing(store.addDue) }),
      },
      queue: { ...queue, send: changing(queue.send) },
      platforms: Object.fromEntries(
        Object.entries(platforms).map(([name, platform]) => [
          name,
          { ...platform, send: changing(platform.send) },
        ]),
      ),
    },
    goOn: () => {
      goesOn = true;
      goOn();
    },
    /** How much it has changed since then. */
    changed: () => changed,
  };
}
