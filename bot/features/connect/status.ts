import { type Instance, isLookedAt, lookBy, lookSeconds } from "../../core/instance.ts";
import type { Operation, OperationRecord, Step, View } from "../../core/operation.ts";
import { isUnderWay, runOf } from "../../steps/ask.ts";
import { checkGateway } from "../../steps/gateway.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";
import { isReached } from "../../steps/ranges.ts";
import { answering, answerSeconds, vanished } from "../../steps/running.ts";
import { sshWanted } from "../../steps/ssh.ts";
import { statusCard } from "./statusCard.ts";

/**
 * Whether another look gives the answer: one in progress, or one that finished after this was asked. Then Azure is not asked again. After
 * a look that failed, the others look for themselves.
 */
const joins = (view: Looking): boolean =>
  isLookedAt(view.instance, view.now, view.operation.id) ||
  (!isLooker(view) && view.instance.seenAt > view.operation.startedAt);

const isLooker = ({ operation, instance }: Looking): boolean => instance.looking?.operation === operation.id;

type Looking = Pick<View, "operation" | "instance" | "now">;

/** What a look shows of an instance, whether it runs or not. */
function seen({ truth, now }: View): Partial<Instance> {
  const { vm, homeDisk } = truth;
  return {
    seenAt: now.toISOString(),
    homeDisk: homeDisk && {
      sizeGb: homeDisk.sizeGb,
      sku: homeDisk.sku,
      keptSince: vm ? undefined : homeDisk.tags["keptSince"],
    },
    ...(vm ? { size: vm.size } : {}),
  };
}

/** What someone changed in Azure, as notes for the card: the addresses that may reach SSH, and the size. */
function differences(view: View): OperationRecord["notes"] {
  const { truth, instance } = view;
  const { sshFrom: found = [] } = truth.networkSecurityGroup ?? {};
  const wanted = sshWanted(view);
  const notes = {
    alsoOpen: found.filter((address) => !isReached(address, wanted)).join(", "),
    notOpen: wanted.filter((address) => !isReached(address, found)).join(", "),
    sizeWas: truth.vm && instance.size !== truth.vm.size ? (instance.size ?? "") : "",
  };
  return Object.fromEntries(Object.entries(notes).filter(([, said]) => said !== ""));
}

/** Whether OpenClaw answers on a running VM. If it does not, the look has still succeeded. */
const answer = (view: View): Step =>
  checkGateway(view, answerSeconds, () => {
    const { ready, degraded } = answering(view, (_, ready) => ready);
    const { publicIp } = view.truth;
    const instance = { ...seen(view), ...(publicIp ? { publicIp: publicIp.address } : {}) };
    return {
      ready: { ...ready, notes: differences(view), instance: { ...instance, ...ready.instance } },
      degraded: {
        ...degraded,
        finish: "succeeded",
        notes: differences(view),
        instance: { ...instance, ...degraded.instance },
      },
    };
  });

/** Looks, and changes nothing. */
export const status: Operation = {
  name: "status",
  exclusive: false,
  deadlineSeconds: lookSeconds,
  forLeavers: false,
  look: (operation) => ({ run: runOf(operation, "gateway") }),
  next(view) {
    const { truth, now, instance } = view;
    const seenAt = now.toISOString();
    if (view.fault) return { finish: "failed", fault: view.fault };
    if (overdue(status, view)) return { finish: "failed", fault: deadlinePassed(view) };
    // An operation that is changing the instance reports on it itself.
    if (instance.operation) return { finish: "succeeded", phase: "busy" };
    if (isLookedAt(instance, now, view.operation.id)) return { waitSeconds: 2, phase: "looking" };
    if (joins(view)) return { finish: "succeeded" };
    // From here on others join this look, and it knows the look as its own.
    const looking = isLooker(view) ? instance.looking : lookBy(view.operation.id, now);
    if (isUnderWay(view)) return answer(view);
    if (!truth.vm)
      return {
        finish: "succeeded",
        instance: {
          ...seen(view),
          ...(!instance.generation
            ? { state: "absent" }
            : instance.state === "broken"
              ? {}
              : vanished(view).instance),
        },
      };
    // Half built or half deleted: only retry and cancel help, whether the gateway answers or not.
    if (instance.state === "broken") return { finish: "succeeded", instance: seen(view) };
    switch (truth.vm.power) {
      case "deallocated":
      case "stopped":
        return {
          finish: "succeeded",
          notes: differences(view),
          instance: { ...seen(view), state: "stopped" },
        };
      case "starting":
        return { waitSeconds: 3, phase: "looking", instance: { seenAt, looking, state: "starting" } };
      case "stopping":
      case "deallocating":
        return { waitSeconds: 3, phase: "looking", instance: { seenAt, looking, state: "stopping" } };
      case "unknown":
        return { waitSeconds: 3, phase: "looking" };
      case "running":
        return answer(view);
    }
  },
  card: statusCard,
};
