import { instanceCard } from "../core/cards/operationCards.ts";
import type { Operation, Step, View } from "../core/operation.ts";
import { checkOrConfig } from "./configured.ts";
import { checkGateway, gatewayRun } from "./gateway.ts";
import { overdue } from "./overdue.ts";
import { quiesceRun, switchOff } from "./snapshot.ts";
import { answering, bootSeconds, givenUp, isAnswering, opening, startVm, vanished } from "./start.ts";

/** Gives the VM another size: stops it, changes it, and starts it again if it ran. */
export const resize: Operation = {
  name: "resize",
  exclusive: true,
  deadlineSeconds: 30 * 60,
  forLeavers: false,
  look: (operation) => ({
    parts: ["vm", "network", "logins"],
    run: operation.notes["resized"] ? checkOrConfig(operation, gatewayRun("resize")) : quiesceRun,
  }),
  next(view) {
    const { truth, operation, now } = view;
    const { size, force, running } = operation.input;
    if (isAnswering(view)) return answering(view).ready;
    if (view.fault) return { finish: "failed", fault: view.fault, ...asItIs(view) };
    if (overdue(resize, view)) return givenUp(view);
    if (!truth.vm) return vanished(view);
    const seenAt = now.toISOString();
    const off = truth.vm.power === "deallocated" || truth.vm.power === "stopped";
    // One change at a time: a VM that is being changed would refuse to start.
    if (off && truth.vm.provisioning === "updating") return { waitSeconds: 3, phase: "resizing" };
    if (size !== undefined && truth.vm.size !== size)
      return (
        switchOff(view, force ?? false) ?? {
          act: { do: "resize", size },
          againInSeconds: 3,
          phase: "resizing",
        }
      );
    if (!operation.notes["resized"])
      return {
        waitSeconds: 0,
        phase: "resizing",
        notes: { resized: seenAt },
        instance: { size: truth.vm.size },
      };
    switch (truth.vm.power) {
      case "deallocated":
      case "stopped":
        return running
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
        return { waitSeconds: 3, phase: "resizing" };
      case "running":
        return opening(view) ?? checkGateway(view, bootSeconds, answering(view));
    }
  },
  card: (view) =>
    instanceCard(view, {
      running: "Changing the size of your OpenClaw",
      succeeded: view.operation.input.running
        ? `Your OpenClaw is ready, with ${view.instance.size ?? "its new size"}`
        : `Your OpenClaw has ${view.instance.size ?? "its new size"} and is stopped`,
      failed: "The size of your OpenClaw was not changed, or it did not start again",
    }),
};

/** Where Azure has refused something: whatever it was, the VM is on or off. */
function asItIs({ truth, now, fault }: View): Pick<Step, "instance"> {
  const seenAt = now.toISOString();
  const off = truth.vm?.power === "deallocated" || truth.vm?.power === "stopped";
  return { instance: { fault, ...(off ? { state: "stopped", seenAt } : {}) } };
}
