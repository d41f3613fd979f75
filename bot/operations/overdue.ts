import type { Fault } from "../core/fault.ts";
import type { Operation, View } from "../core/operation.ts";

export const overdue = (operation: Operation, view: View): boolean =>
  view.elapsedSeconds > operation.deadlineSeconds;

export const deadlinePassed = (view: View): Fault => ({
  code: "DeadlinePassed",
  detail: `${view.operation.name} was in phase ${view.operation.phase} for too long`,
  correlation: view.operation.id,
});

/**
 * How long a step that was under way when somebody ended it may still reach Azure, in seconds: its reads and its write
 * with their time limits and one repeat each. So long nothing is believed to be gone for good.
 */
export const straySeconds = 150;

/** Azure changes slowly: look often at first, then less. */
export const patience = (view: View, first = 5): number => (view.operation.looks > 30 ? 15 : first);
