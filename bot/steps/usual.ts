import type { Phase } from "../core/operation.ts";

/**
 * How many seconds Azure usually takes in each phase, until a team's own times are known (estimated from what was measured and
 * reported in public in 2026).
 */
export const usualSeconds: Readonly<Record<string, number>> = {
  identity: 15,
  deploying: 60,
  booting: 90,
  starting: 35,
  restarting: 25,
  stopping: 40,
  resizing: 20,
  checking: 30,
  configuring: 25,
  sessions: 20,
  quiescing: 25,
  asking: 25,
  snapshot: 30,
  deleting: 40,
} satisfies Partial<Record<Phase, number>>;

/** The median is taken over at most this many operations. */
export const mostSamples = 20;

/** The median, within bounds around the estimate above. Undefined for a phase that does not wait for Azure. */
export function usualOf(phase: string, samples: readonly number[]): number | undefined {
  const given = usualSeconds[phase];
  const middle = samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)];
  return given && Math.min(Math.max(middle ?? given, given / 2), given * 3);
}
