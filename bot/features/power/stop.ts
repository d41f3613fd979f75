import { instanceCard } from "../../cards/operationCards.ts";
import type { VmTruth } from "../../core/cloud.ts";
import type { Operation, Step, View } from "../../core/operation.ts";
import { overdue } from "../../steps/overdue.ts";
import { closingSsh, givenUp, stopAttempts, vanished } from "../../steps/running.ts";
import { mustClose } from "../../steps/ssh.ts";
import { firstLook, nextLook } from "../../steps/waiting.ts";

export const stop: Operation = {
  name: "stop",
  exclusive: true,
  deadlineSeconds: 20 * 60,
  forLeavers: false,
  urgent: () => true,
  look: () => ({}),
  next(view) {
    const { truth, operation, now } = view;
    const stopping = truth.vm?.power === "deallocating" || truth.vm?.power === "deallocated";
    // No one reaches a VM that is off; access on record as open is closed when its time is over.
    if (view.fault && stopping)
      return { waitSeconds: 1, phase: "stopping", notes: { stays: view.fault.code } };
    if (view.fault) return { finish: "failed", fault: view.fault, instance: { fault: view.fault } };
    if (overdue(stop, view)) return givenUp(view);
    if (!truth.vm) return vanished(view);
    const instance = { state: "stopping", seenAt: now.toISOString() } as const;
    // Stopping goes first: it saves money and ends the sessions. A network rule that Azure won't change must not keep the VM running.
    const closed = truth.vm.power === "deallocating" && operation.notes["closed"] !== undefined;
    if (stopping && !closed && !operation.notes["stays"] && mustClose(view)) {
      if (truth.networkSecurityGroup?.changing) return { waitSeconds: 2, phase: "stopping", instance };
      return {
        act: closingSsh(view),
        againInSeconds: 1,
        phase: "stopping",
        instance: { ...instance, access: [] },
      };
    }
    switch (truth.vm.power) {
      case "running":
      case "stopped":
      case "unknown":
        return turnOff(view, truth.vm, instance);
      case "starting":
      case "stopping":
        return { waitSeconds: nextLook(view, "stopping"), phase: "stopping", instance };
      case "deallocating":
        // The next look sees it stopped.
        return {
          waitSeconds: nextLook(view, "stopping"),
          phase: "stopping",
          instance,
          notes: { closed: "yes" },
        };
      case "deallocated":
        return {
          finish: "succeeded",
          phase: "stopped",
          instance: {
            state: "stopped",
            seenAt: now.toISOString(),
            fault: undefined,
            ...(operation.notes["stays"] ? {} : { access: [] }),
          },
        };
    }
  },
  card: (view) =>
    instanceCard(view, {
      running: "Stopping your OpenClaw",
      succeeded: "Your OpenClaw is stopped",
      failed: "Your OpenClaw did not stop",
    }),
};

function turnOff(view: View, { fault }: VmTruth, instance: Step["instance"]): Step {
  const tries = Number(view.operation.notes["tries"] ?? 0);
  if (tries >= stopAttempts && fault)
    return { finish: "failed", fault, instance: { state: "degraded", fault } };
  return {
    act: { do: "deallocate" },
    againInSeconds: firstLook(view),
    phase: "stopping",
    instance,
    notes: { tries: `${tries + 1}` },
  };
}
