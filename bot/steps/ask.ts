import type { Action, RunTruth } from "../core/cloud.ts";
import type { OperationRecord, Phase, Step, View } from "../core/operation.ts";
import { type RunKind, runName } from "../core/runs.ts";
import { firstLook, handlerSeconds, nextLook } from "./waiting.ts";

const againNote = (kind: RunKind): string => `${kind} again`;

/** The run command of an operation that is of this kind. */
export const runOf = ({ id, notes }: OperationRecord, kind: RunKind): string =>
  runName(kind, id, attemptIn(notes, kind));

const attemptIn = (notes: OperationRecord["notes"], kind: RunKind): number => {
  const again = notes[againNote(kind)];
  // "yes": as earlier versions of the bot noted the first.
  return again === undefined ? 0 : again === "yes" ? 1 : Number(again);
};

/** The next one is another run command, and the present one goes. */
export const anew = (operation: OperationRecord, kind: RunKind, notes: OperationRecord["notes"] = {}) => ({
  notes: { ...notes, [againNote(kind)]: `${attemptIn(operation.notes, kind) + 1}` },
  clear: [runOf(operation, kind)],
});

/** A run command that has ended. */
export interface Heard {
  readonly heard: RunTruth;
}

export const wasHeard = (step: Step | Heard): step is Heard => "heard" in step;

/** How often the VM's power is asked for beside its script: a run command says Running for ever when the VM was stopped under it. */
const powerEach = 3;

/**
 * How the script stands that an operation has run. Nobody knows of one that says that it runs, though its time is over, or the VM was started
 * after it was put there.
 */
function stateOf({ truth: { run }, operation, now }: View): RunTruth["state"] | undefined {
  if (run?.state !== "pending" && run?.state !== "running") return run?.state;
  const { started = "" } = operation.notes;
  const isLost =
    Date.parse(run.at ?? "") < Date.parse(started) || Date.parse(run.until ?? "") < now.getTime();
  return isLost ? "unknown" : run.state;
}

/** A script is under way on a VM that runs: until it ends nothing else is asked, but for the VM's power now and then. */
export function isUnderWay(view: View): boolean {
  const state = stateOf(view);
  if (state !== "pending" && state !== "running") return false;
  return view.operation.looks % powerEach !== 0 || view.truth.vm?.power === "running";
}

/**
 * Has a script run on a VM that runs, and waits for its end. `put`: how, under this name. One whose end nobody knows is run once more, under
 * another name.
 */
export function ask(
  view: View,
  kind: RunKind,
  put: (given: { readonly run: string; readonly at: string }) => Action,
  phase: Phase,
): Step | Heard {
  const { truth, operation, now } = view;
  const run = runOf(operation, kind);
  if (!truth.run) return { act: put({ run, at: now.toISOString() }), againInSeconds: firstLook(view), phase };
  switch (stateOf(view)) {
    case "pending":
    case "running":
      return { waitSeconds: nextLook(view, phase, handlerSeconds), phase };
    case "succeeded":
    case "failed":
      return { heard: truth.run };
    default:
      return operation.notes[againNote(kind)] === undefined
        ? { waitSeconds: 0, phase, ...anew(operation, kind) }
        : { heard: truth.run };
  }
}

/** The same step, and what was heard is deleted after it. */
export const clearing = (step: Step, ...runs: readonly string[]): Step => ({
  ...step,
  clear: [...(step.clear ?? []), ...runs],
});
