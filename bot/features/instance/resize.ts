import type { Power, VmTruth } from "../../core/cloud.ts";
import type { Fault } from "../../core/errors.ts";
import type { Operation, Step, View } from "../../core/operation.ts";
import { clearing, isUnderWay, runOf } from "../../steps/ask.ts";
import { checkOrConfig } from "../../steps/configured.ts";
import { overdue } from "../../steps/overdue.ts";
import {
  answering,
  closingSsh,
  givenUp,
  isAnswering,
  isOff,
  opening,
  startVm,
  untilAnswer,
  vanished,
} from "../../steps/running.ts";
import { switchOff } from "../../steps/snapshot.ts";
import { mustClose } from "../../steps/ssh.ts";
import { firstLook, nextLook } from "../../steps/waiting.ts";
import { resizeCard } from "./resizeCard.ts";

/** Changes the VM's size: first checks whether Azure would refuse, then stops the VM, changes it, and starts it again if it ran. */
export const resize: Operation = {
  name: "resize",
  exclusive: true,
  deadlineSeconds: 30 * 60,
  forLeavers: false,
  look: (operation, { member }) => ({
    rolesOf: member.objectId,
    run: operation.notes["resized"]
      ? checkOrConfig(operation, runOf(operation, "gateway"))
      : runOf(operation, "quiesce"),
  }),
  next(view) {
    const step = nextStep(view);
    // The run command for the agent could not be deleted earlier: Azure would have counted that as a change of the VM.
    const asked = view.operation.notes["on"] && !view.operation.input.force;
    return "finish" in step && asked && view.truth.vm?.power === "running"
      ? clearing(step, runOf(view.operation, "quiesce"))
      : step;
  },
  card: resizeCard,
};

function nextStep(view: View): Step {
  const { truth, operation, now } = view;
  const { size } = operation.input;
  if (isAnswering(view)) return answering(view).ready;
  if (view.fault) return { finish: "failed", fault: view.fault, ...asItIs(view) };
  if (overdue(resize, view)) return givenUp(view);
  if (operation.notes["resized"] && isUnderWay(view)) return untilAnswer(view);
  if (!truth.vm) return vanished(view);
  // One change at a time: a VM that is being changed would refuse to start.
  if (isOff(truth.vm) && truth.vm.provisioning === "updating")
    return { waitSeconds: nextLook(view, "resizing"), phase: "resizing" };
  if (size !== undefined && truth.vm.size !== size) return toSize(view, truth.vm, size);
  if (!operation.notes["resized"])
    return {
      waitSeconds: 0,
      phase: "resizing",
      notes: { resized: now.toISOString() },
      instance: { size: truth.vm.size },
    };
  return resized(view, truth.vm.power);
}

/** The next step until the VM has its new size. */
function toSize(view: View, vm: VmTruth, size: string): Step {
  const { operation, now } = view;
  const { force, running } = operation.input;
  const seenAt = now.toISOString();
  const off = isOff(vm);
  if (!operation.notes["fits"]) {
    // The question was about a VM that was off.
    if (!off && !running) return { finish: "failed", fault: startedSince(view), ...asItIs(view) };
    return {
      act: { do: "checkSize", size, replacing: vm.size },
      againInSeconds: 0,
      phase: "resizing",
      notes: { fits: seenAt, ...(off ? {} : { on: "yes" }) },
    };
  }
  // As for every stopped VM.
  if (off && mustClose(view) && !operation.notes["closed"])
    return {
      act: closingSsh(view),
      againInSeconds: 1,
      phase: "resizing",
      instance: { access: [] },
      notes: { closed: seenAt },
    };
  return (
    switchOff(view, force ?? false) ?? {
      act: { do: "resize", size },
      againInSeconds: firstLook(view),
      phase: "resizing",
    }
  );
}

/** The next step with the new size: a VM that ran starts again. */
function resized(view: View, power: Power): Step {
  const seenAt = view.now.toISOString();
  switch (power) {
    case "deallocated":
    case "stopped":
      // Whatever the record says, a VM that was off stays off and costs nothing.
      return view.operation.notes["on"]
        ? startVm(view)
        : {
            finish: "succeeded",
            phase: "stopped",
            instance: { state: "stopped", seenAt, fault: undefined },
          };
    case "starting":
    case "stopping":
    case "deallocating":
    case "unknown":
      return { waitSeconds: nextLook(view, "resizing"), phase: "resizing" };
    case "running":
      return opening(view) ?? untilAnswer(view);
  }
}

const startedSince = ({ operation }: View): Fault => ({
  code: "StartedSince",
  detail: "the VM was off when the size was asked for, and runs now",
  correlation: operation.id,
});

/** After a refusal of Azure's: whether the VM is on or off now. */
function asItIs({ truth, now, fault }: View): Pick<Step, "instance"> {
  const seenAt = now.toISOString();
  return { instance: { fault, ...(isOff(truth.vm) ? { state: "stopped", seenAt } : {}) } };
}
