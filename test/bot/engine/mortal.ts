import type { Parts } from "../../../bot/parts.ts";

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
    store: { ...store, commit: mortal(store.commit), addDue: mortal(store.addDue) },
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
