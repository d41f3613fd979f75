export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The only source of time; tests and simulators bring their own. */
export interface Clock {
  now(): Date;
}

/** Ends after this many milliseconds, or as soon as the signal says that no one is waiting any longer. Tests bring their own. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** The result of work if it is there in time. Undefined if not; the work then continues alone. */
export async function inTime<T>(
  by: Date,
  work: Promise<T>,
  { clock, wait }: { readonly clock: Clock; readonly wait: Wait },
): Promise<T | undefined> {
  const waiting = new AbortController();
  const over = wait(Math.max(0, by.getTime() - clock.now().getTime()), waiting.signal);
  try {
    return await Promise.race([work, over.then(() => undefined)]);
  } finally {
    waiting.abort();
  }
}
