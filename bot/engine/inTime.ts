import type { Parts } from "../parts.ts";

/** What work comes to, if it is there by then; undefined: it is not, and goes on alone. */
export async function inTime<T>(
  by: Date,
  work: Promise<T>,
  { clock, wait }: Pick<Parts, "clock" | "wait">,
): Promise<T | undefined> {
  const waiting = new AbortController();
  const over = wait(Math.max(0, by.getTime() - clock.now().getTime()), waiting.signal);
  try {
    return await Promise.race([work, over.then(() => undefined)]);
  } finally {
    waiting.abort();
  }
}
