/** The only source of time; tests and simulators bring their own. */
export interface Clock {
  now(): Date;
}

/** Ends after so many milliseconds, or as soon as the signal says that nobody waits any more. Tests bring their own. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;
