import type { Fault } from "../core/errors.ts";
import type { Step, View } from "../core/operation.ts";
import { passingOf } from "../core/passing.ts";

/** The longest pause between two tries, in seconds. */
const longest = 120;

/**
 * The next step after Azure accepted `step` and later gave it up for a cause that passes by itself: a pause, then the same step again. A
 * deployment then continues where it failed. Undefined: the cause does not pass, or it came up too often.
 */
export function onceMore({ operation, now }: View, fault: Fault, step: Step): Step | undefined {
  const cause = passingOf(fault.code);
  const tries = Number(operation.notes["again"] ?? 0);
  if (!cause || tries >= (cause.tries ?? Number.POSITIVE_INFINITY)) return undefined;
  if (!operation.notes["paused"])
    return {
      waitSeconds: Math.max(cause.waitSeconds, Math.min(10 * 2 ** tries, longest)),
      phase: step.phase,
      notes: { paused: now.toISOString() },
      refusal: fault,
    };
  return { ...step, notes: { ...step.notes, again: `${tries + 1}`, paused: "" }, refusal: fault };
}
