import { isDeepStrictEqual } from "node:util";
import { type Clock, dayMs } from "../../core/clock.ts";
import type { Store } from "../../core/store.ts";

export interface MemoryOptions {
  /** What is remembered here can be lost without harm: opening a conversation again returns the same one. */
  readonly cache: Pick<Store, "cached" | "cache">;
  readonly clock: Clock;
}

/** What was sent is sent, whether or not that can be remembered: a failure here would send it again. */
export const remember = ({ cache, clock }: MemoryOptions, name: string, value: unknown): Promise<void> =>
  cache.cache(name, value, clock.now()).catch(() => undefined);

/** Writes an unchanged value once a day, so that it isn't taken for old. */
export async function learn(memory: MemoryOptions, name: string, value: unknown): Promise<void> {
  const before = await memory.cache.cached(name).catch(() => undefined);
  const isOld = !before || memory.clock.now().getTime() - Date.parse(before.at) > dayMs;
  if (isOld || !isDeepStrictEqual(before.value, value)) await remember(memory, name, value);
}
