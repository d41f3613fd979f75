import type { Fault } from "../core/errors.ts";
import type { Operation, View } from "../core/operation.ts";
import { passingOf } from "../core/passing.ts";

export const overdue = (operation: Operation, view: View): boolean =>
  view.elapsedSeconds > operation.deadlineSeconds;

const tooLong = "DeadlinePassed";

/** It took too long, and nothing is known of why. */
export const tookTooLong = ({ operation }: View): Fault => ({
  code: tooLong,
  detail: `${operation.name} was in phase ${operation.phase} for too long`,
  correlation: operation.id,
});

/** It took too long; where Azure's last word was a refusal that should have passed, that is why. */
export function deadlinePassed(view: View): Fault {
  const { refusal } = view.operation;
  const plain = tookTooLong(view);
  if (!refusal) return plain;
  if (refusal.code === tooLong) return refusal;
  return {
    // Where the code says nothing to a person, that it took too long does.
    code: passingOf(refusal.code) ? refusal.code : tooLong,
    detail: `${plain.detail}; Azure's last answer was ${refusal.code}: ${refusal.detail}`,
    correlation: refusal.correlation || plain.correlation,
  };
}

/**
 * How long what a step did that was under way when somebody ended it may still show in Azure, in seconds: its hold, by the end of which
 * nothing of it leaves any more, and as long again and more for Azure to list what arrived last. So long nothing is believed to be gone for good.
 */
export const straySeconds = 150;
