import { teardownCard } from "../core/cards/teardownCard.ts";
import type { Operation, View } from "../core/operation.ts";
import { deadlinePassed, overdue } from "./overdue.ts";
import { clearNext } from "./remains.ts";

/** Deletes an instance. The home disk stays, tagged with its owner and the date, unless it was to go as well. */
export const teardown: Operation = {
  name: "teardown",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: true,
  look: () => ({ parts: ["vm", "network", "disks", "logins"] }),
  next(view) {
    const { truth, operation, now } = view;
    const seenAt = now.toISOString();
    if (view.fault)
      return {
        finish: "failed",
        fault: view.fault,
        instance: { state: "broken", seenAt, fault: view.fault },
      };
    if (overdue(teardown, view)) {
      const fault = deadlinePassed(view);
      return { finish: "failed", fault, instance: { state: "broken", seenAt, fault } };
    }
    const deleting = clearNext(truth, operation.input.deleteHomeDisk ?? "never");
    if (deleting) return { ...deleting, instance: { state: "deleting", seenAt, access: [] } };
    const untagged = tagging(view);
    if (untagged) return untagged;
    return {
      finish: "succeeded",
      phase: "gone",
      instance: {
        state: "absent",
        seenAt,
        generation: undefined,
        size: undefined,
        publicIp: undefined,
        access: [],
        fault: undefined,
        homeDisk: truth.homeDisk && {
          sizeGb: truth.homeDisk.sizeGb,
          sku: truth.homeDisk.sku,
          keptSince: truth.homeDisk.tags["keptSince"] ?? seenAt,
        },
      },
    };
  },
  card: teardownCard,
};

function tagging({ truth, member, operation }: View) {
  if (!truth.homeDisk || truth.homeDisk.tags["keptSince"]) return undefined;
  const tags = { owner: member.objectId, keptSince: operation.startedAt };
  return { act: { do: "tagHomeDisk", tags }, againInSeconds: 1, phase: "deleting" } as const;
}
