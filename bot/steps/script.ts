import type { Card } from "../core/card.ts";
import type { ScriptName } from "../core/cloud.ts";
import type { Fault } from "../core/errors.ts";
import { namesOf } from "../core/names.ts";
import type { CardView, Operation, Step, View } from "../core/operation.ts";
import { ask, clearing, isUnderWay, runOf, wasHeard } from "./ask.ts";
import { notRun } from "./gateFault.ts";
import { deadlinePassed, overdue } from "./overdue.ts";
import { nextLook } from "./waiting.ts";

/** What a script on a VM printed, and whether it succeeded. */
export interface Said {
  readonly ok: boolean;
  readonly output: string;
}

/** One of our scripts, its variables, and how long it may run. */
export interface Script {
  readonly script: ScriptName;
  /** Called only when the script is about to run. */
  input(): Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** Runs a script on a running VM. The caller that gets the output deletes the run command. */
export function hear(view: View, { script, input, seconds }: Script): Step | Said {
  // An earlier version of the bot noted the output and deleted the run command before it continued.
  const said = saidIn(view.operation.notes, script);
  if (said) return said;
  if (view.blind && view.fault) return { finish: "failed", fault: view.fault };
  const step = ask(
    view,
    script,
    (given) => ({ do: "runScript", script, input: input(), seconds, ...given }),
    "asking",
  );
  if (wasHeard(step)) {
    const { name, refusal, state, output } = step.heard;
    if (refusal === undefined) return { ok: state === "succeeded", output };
    return clearing({ finish: "failed", fault: notRun(refusal, view.operation.id) }, name);
  }
  return view.fault ? { finish: "failed", fault: view.fault } : step;
}

export const hasSaid = (step: Step | Said): step is Said => "ok" in step;

/** The noted output of a script. */
function saidIn(notes: Readonly<Record<string, string>>, script: ScriptName): Said | undefined {
  const output = notes[`${script} said`];
  return output === undefined ? undefined : { ok: notes[`${script} ended`] === "well", output };
}

const notesOf = (script: ScriptName, { ok, output }: Said): Readonly<Record<string, string>> => ({
  [`${script} said`]: output,
  [`${script} ended`]: ok ? "well" : "badly",
});

/** Undefined if the VM runs; otherwise how long to wait for it, or the note that it is off. */
function needRunning(view: View): Step | undefined {
  const { truth, member, operation, instance } = view;
  switch (truth.vm?.power) {
    case undefined: {
      // It is being built or rebuilt.
      if (instance.operation) return { waitSeconds: 5, phase: "asking" };
      const detail = `the VM ${namesOf(member.key).vm} does not exist in Azure`;
      return { finish: "failed", fault: { code: "Vanished", detail, correlation: operation.id } };
    }
    case "running":
      return undefined;
    case "starting":
    case "unknown":
      return { waitSeconds: nextLook(view, "asking"), phase: "asking" };
    case "stopping":
    case "stopped":
    case "deallocating":
    case "deallocated":
      return { finish: "succeeded", notes: { off: "yes" } };
  }
}

/** The cards of a script, one for each state. */
export interface ScriptCards {
  running(view: CardView): Card;
  /** The VM does not run. */
  off(view: CardView): Card;
  /** Undefined if its output is of no use. */
  heard(view: CardView, said: Said): Card | undefined;
  failed(view: CardView): Card;
}

function cardOf(cards: ScriptCards, view: CardView, said: Said | undefined): Card {
  const { status, notes } = view.operation;
  if (status === "running") return cards.running(view);
  if (notes["off"]) return cards.off(view);
  return (said && cards.heard(view, said)) ?? cards.failed(view);
}

/** An operation that runs one script on the VM and uses its output. */
export function scriptOperation(
  definition: Pick<Operation, "name"> & {
    readonly script: ScriptName;
    input(view: View): ReturnType<Script["input"]>;
    readonly cards: ScriptCards;
    /** Changes to the instance's record. */
    learn?(view: View, said: Said): Partial<View["instance"]>;
    /** Why it failed, if it did. */
    fault?(view: View, said: Said): Fault | undefined;
  },
): Operation {
  const { name, script } = definition;
  const operation: Operation = {
    name,
    exclusive: false,
    deadlineSeconds: 10 * 60,
    forLeavers: false,
    quiet: true,
    look: (record) => ({ run: runOf(record, script) }),
    next(view) {
      const known = view.fault ?? saidIn(view.operation.notes, script);
      if (!known && overdue(operation, view)) return { finish: "failed", fault: deadlinePassed(view) };
      const off = known || isUnderWay(view) ? undefined : needRunning(view);
      if (off) return off;
      const heard = hear(view, { script, input: () => definition.input(view), seconds: 240 });
      if (!hasSaid(heard)) return heard;
      const fault = definition.fault?.(view, heard);
      return clearing(
        {
          finish: fault ? "failed" : "succeeded",
          fault,
          notes: notesOf(script, heard),
          instance: definition.learn?.(view, heard),
        },
        runOf(view.operation, script),
      );
    },
    card: (view) => cardOf(definition.cards, view, saidIn(view.operation.notes, script)),
  };
  return operation;
}
