import { isDeepStrictEqual } from "node:util";
import { type Clock, dayMs } from "../../core/clock.ts";
import type { Store } from "../../core/store.ts";

export interface MemoryOptions {
  /** What is remembered here may be thrown away: opening a conversation again gives the same one. */
  readonly cache: Pick<Store, "cached" | "cache">;
  readonly clock: Clock;
}

/** What was sent is sent, whether or not that can be remembered: to fail for it would have it sent again. */
export const remember = ({ cache, clock }: MemoryOptions, name: string, value: unknown): Promise<void> =>
  cache.cache(name, value, clock.now()).catch(() => undefined);

/** The same once more is written once a day, so that it is not taken for old. */
export async function learn(memory: MemoryOptions, name: string, value: unknown): Promise<void> {
  const before = await memory.cache.cached(name).catch(() => undefined);
  const isOld = !before || memory.clock.now().getTime() - Date.parse(before.at) > dayMs;
  if (isOld || !isDeepStrictEqual(before.value, value)) await remember(memory, name, value);
}
