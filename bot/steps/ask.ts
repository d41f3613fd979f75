import type { Action, RunTruth } from "../core/cloud.ts";
import type { OperationRecord, Phase, Step, View } from "../core/operation.ts";
import { type RunKind, runName } from "../core/runs.ts";
import { firstLook, handlerSeconds, nextLook } from "./waiting.ts";

const againNote = (kind: RunKind): string => `${kind} again`;

/** The name of an operation's run command of this kind. */
export const runOf = ({ id, notes }: OperationRecord, kind: RunKind): string =>
  runName(kind, id, attemptIn(notes, kind));

const attemptIn = (notes: OperationRecord["notes"], kind: RunKind): number => {
  const again = notes[againNote(kind)];
  // Earlier versions of the bot noted the first repeat as "yes".
  return again === undefined ? 0 : again === "yes" ? 1 : Number(again);
};

/** Moves on to a new run command, and deletes the present one. */
export const anew = (operation: OperationRecord, kind: RunKind, notes: OperationRecord["notes"] = {}) => ({
  notes: { ...notes, [againNote(kind)]: `${attemptIn(operation.notes, kind) + 1}` },
  clear: [runOf(operation, kind)],
});

/** A run command that has ended. */
export interface Heard {
  readonly heard: RunTruth;
}

export const wasHeard = (step: Step | Heard): step is Heard => "heard" in step;

/** Every this many looks, the VM's power is read too: a run command says Running for ever if its VM was stopped. */
const powerEach = 3;

/**
 * The state of an operation's script. It is unknown if Azure says that it runs although its time is over, or although the VM was started
 * after it.
 */
function stateOf({ truth: { run }, operation, now }: View): RunTruth["state"] | undefined {
  if (run?.state !== "pending" && run?.state !== "running") return run?.state;
  const { started = "" } = operation.notes;
  const isLost =
    Date.parse(run.at ?? "") < Date.parse(started) || Date.parse(run.until ?? "") < now.getTime();
  return isLost ? "unknown" : run.state;
}

/** Whether a script is in progress on a running VM. Until it ends, only the VM's power is read now and then. */
export function isUnderWay(view: View): boolean {
  const state = stateOf(view);
  if (state !== "pending" && state !== "running") return false;
  return view.operation.looks % powerEach !== 0 || view.truth.vm?.power === "running";
}

/**
 * Runs a script on a running VM and waits until it ends. `put` starts it under the given name. A script whose end is unknown runs once more
 * under another name.
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

/** The same step, after which these run commands are deleted. */
export const clearing = (step: Step, ...runs: readonly string[]): Step => ({
  ...step,
  clear: [...(step.clear ?? []), ...runs],
});
