import { expect, vi } from "vitest";
import { isAlive } from "./stack.ts";

/** Resolves once none of these processes is alive; they have five seconds. */
export const gone = (pids: readonly number[]): Promise<void> =>
  vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 5000, interval: 50 });
