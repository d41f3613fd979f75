import type { Phase } from "../core/operation.ts";

/**
 * How long Azure takes for what an operation waits for in a phase, in seconds, until a team's own times are known (judged by what was
 * measured and reported in public in 2026).
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

/** Of so many operations the middle one counts. */
export const mostSamples = 20;

/** The median; it can't lead too far from what is written here. Undefined for a phase in which nobody waits for Azure. */
export function usualOf(phase: string, samples: readonly number[]): number | undefined {
  const given = usualSeconds[phase];
  const middle = samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)];
  return given && Math.min(Math.max(middle ?? given, given / 2), given * 3);
}
