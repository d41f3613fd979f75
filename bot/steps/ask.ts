import type { Action, RunTruth } from "../core/cloud.ts";
import type { OperationRecord, Step, View } from "../core/operation.ts";
import { type RunKind, runName } from "../core/runs.ts";

const againNote = (kind: RunKind): string => `${kind} again`;

/** The run command of an operation that is of this kind. */
export const runOf = ({ id, notes }: OperationRecord, kind: RunKind): string =>
  runName(kind, id, notes[againNote(kind)] === undefined ? 0 : 1);

/** A run command that has ended. */
export interface Heard {
  readonly heard: RunTruth;
}

export const wasHeard = (step: Step | Heard): step is Heard => "heard" in step;

/**
 * Has a script run on a VM that runs, and waits for its end. `put`: how, under this name. One whose end nobody knows is run once more, under
 * another name.
 */
export function ask(
  { truth, operation, now }: View,
  kind: RunKind,
  put: (given: { readonly run: string; readonly at: string }) => Action,
  phase: string,
  waitSeconds = 3,
): Step | Heard {
  const run = runOf(operation, kind);
  switch (truth.run?.state) {
    case undefined:
      return { act: put({ run, at: now.toISOString() }), againInSeconds: 3, phase };
    case "pending":
    case "running":
      return { waitSeconds, watch: ["run", "vm"], phase };
    case "unknown":
      return operation.notes[againNote(kind)] === undefined
        ? { waitSeconds: 0, phase, notes: { [againNote(kind)]: "yes" }, clear: [run] }
        : { heard: truth.run };
    case "succeeded":
    case "failed":
      return { heard: truth.run };
  }
}

/** The same step, and what was heard is deleted after it. */
export const clearing = (step: Step, ...runs: readonly string[]): Step => ({
  ...step,
  clear: [...(step.clear ?? []), ...runs],
});
