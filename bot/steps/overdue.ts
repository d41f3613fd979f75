import type { Fault } from "../core/errors.ts";
import type { Operation, View } from "../core/operation.ts";
import { passingOf } from "../core/passing.ts";

export const overdue = (operation: Operation, view: View): boolean =>
  view.elapsedSeconds > operation.deadlineSeconds;

const tooLong = "DeadlinePassed";

/** It took too long, and the cause is unknown. */
export const tookTooLong = ({ operation }: View): Fault => ({
  code: tooLong,
  detail: `${operation.name} was in phase ${operation.phase} for too long`,
  correlation: operation.id,
});

/** It took too long. The cause is Azure's last refusal, if that should have passed by itself. */
export function deadlinePassed(view: View): Fault {
  const { refusal } = view.operation;
  const plain = tookTooLong(view);
  if (!refusal) return plain;
  if (refusal.code === tooLong) return refusal;
  return {
    // A code without a sentence for people gives way to "it took too long".
    code: passingOf(refusal.code) ? refusal.code : tooLong,
    detail: `${plain.detail}; Azure's last answer was ${refusal.code}: ${refusal.detail}`,
    correlation: refusal.correlation || plain.correlation,
  };
}

/**
 * For how many seconds the effect of an interrupted step may still appear in Azure: its hold, after which it sends nothing more, and as
 * long again and more until Azure lists what arrived last. Until then nothing counts as deleted for good.
 */
export const straySeconds = 150;
