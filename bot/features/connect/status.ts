import { isLookedAt, lookBy, lookSeconds } from "../../core/instance.ts";
import type { Operation, View } from "../../core/operation.ts";
import { runOf } from "../../steps/ask.ts";
import { checkGateway } from "../../steps/gateway.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";
import { answering, answerSeconds, vanished } from "../../steps/running.ts";
import { statusCard } from "./statusCard.ts";

/**
 * Whether the answer is what somebody else sees: who looks now, or has looked since this was asked. Then Azure is not asked again. Who has
 * looked in vain leaves that to the others.
 */
const joins = (view: Looking): boolean =>
  isLookedAt(view.instance, view.now, view.operation.id) ||
  (!isLooker(view) && view.instance.seenAt > view.operation.startedAt);

const isLooker = ({ operation, instance }: Looking): boolean => instance.looking?.operation === operation.id;

type Looking = Pick<View, "operation" | "instance" | "now">;

/** Looks, and changes nothing. */
export const status: Operation = {
  name: "status",
  exclusive: false,
  deadlineSeconds: lookSeconds,
  forLeavers: false,
  look: (operation, view) =>
    joins({ ...view, operation })
      ? { parts: [] }
      : { parts: ["vm", "network", "disks"], run: runOf(operation, "gateway") },
  next(view) {
    const { truth, now, instance } = view;
    const seenAt = now.toISOString();
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(status, view)) return { finish: "failed", fault: deadlinePassed(view) };
    // What another operation is changing is told by that operation.
    if (instance.operation) return { finish: "succeeded", phase: "busy" };
    if (isLookedAt(instance, now, view.operation.id)) return { waitSeconds: 2, phase: "looking" };
    if (joins(view)) return { finish: "succeeded" };
    const homeDisk = truth.homeDisk && {
      sizeGb: truth.homeDisk.sizeGb,
      sku: truth.homeDisk.sku,
      keptSince: truth.vm ? undefined : truth.homeDisk.tags["keptSince"],
    };
    // Others join from here on, and it is not taken for somebody else's.
    const looking = isLooker(view) ? instance.looking : lookBy(view.operation.id, now);
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
        return { waitSeconds: 3, phase: "looking", instance: { ...seen, looking, state: "starting" } };
      case "stopping":
      case "deallocating":
        return { waitSeconds: 3, phase: "looking", instance: { ...seen, looking, state: "stopping" } };
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
