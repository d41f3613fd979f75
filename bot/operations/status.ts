import { statusCard } from "../core/cards/statusCard.ts";
import type { Operation } from "../core/operation.ts";
import { runOf } from "./ask.ts";
import { checkGateway } from "./gateway.ts";
import { deadlinePassed, overdue } from "./overdue.ts";
import { answering, answerSeconds, vanished } from "./start.ts";

/** Looks, and changes nothing. */
export const status: Operation = {
  name: "status",
  exclusive: false,
  deadlineSeconds: 5 * 60,
  forLeavers: false,
  look: (operation) => ({ parts: ["vm", "network", "disks"], run: runOf(operation, "gateway") }),
  next(view) {
    const { truth, now, instance } = view;
    const seenAt = now.toISOString();
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(status, view)) return { finish: "failed", fault: deadlinePassed(view) };
    // What another operation is changing is told by that operation.
    if (instance.operation) return { finish: "succeeded", phase: "busy" };
    const homeDisk = truth.homeDisk && {
      sizeGb: truth.homeDisk.sizeGb,
      sku: truth.homeDisk.sku,
      keptSince: truth.vm ? undefined : truth.homeDisk.tags["keptSince"],
    };
    const seen = { seenAt, homeDisk, ...(truth.vm ? { size: truth.vm.size } : {}) };
    if (!truth.vm)
      return {
        finish: "succeeded",
        instance: {
          ...seen,
          ...(!instance.generation
            ? { state: "absent" }
            : instance.state === "broken"
              ? {}
              : vanished(view).instance),
        },
      };
    // Half built, or half deleted: only retry and cancel lead out of that, whether the gateway answers or not.
    if (instance.state === "broken") return { finish: "succeeded", instance: seen };
    switch (truth.vm.power) {
      case "deallocated":
      case "stopped":
        return { finish: "succeeded", instance: { ...seen, state: "stopped" } };
      case "starting":
        return { waitSeconds: 3, phase: "looking", instance: { ...seen, state: "starting" } };
      case "stopping":
      case "deallocating":
        return { waitSeconds: 3, phase: "looking", instance: { ...seen, state: "stopping" } };
      case "unknown":
        return { waitSeconds: 3, phase: "looking" };
      case "running": {
        const ends = answering(view);
        return checkGateway(view, answerSeconds, {
          ready: ends.ready,
          degraded: { ...ends.degraded, finish: "succeeded" },
        });
      }
    }
  },
  card: statusCard,
};
