import type { Wait } from "../bot/core/clock.ts";

/** Waits that end when the test says so, and not before. */
export function alarms() {
  const waiting = new Set<() => void>();
  const asked: number[] = [];
  const wait: Wait = (milliseconds, signal) =>
    new Promise((resolve) => {
      asked.push(milliseconds);
      waiting.add(resolve);
      signal.addEventListener("abort", () => {
        waiting.delete(resolve);
        resolve();
      });
    });
  return {
    wait,
    /** For how many milliseconds each wait was meant to be. */
    asked,
    /** Whatever is waited for now has taken too long. Answers with how much that is. */
    runOut(): number {
      const count = waiting.size;
      for (const end of waiting) end();
      waiting.clear();
      return count;
    },
  };
}
