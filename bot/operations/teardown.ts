import { teardownCard } from "../core/cards/teardownCard.ts";
import { instanceDeployment } from "../core/names.ts";
import type { Operation } from "../core/operation.ts";
import { deadlinePassed, overdue } from "./overdue.ts";
import { clearNext, keptDisk, tagging } from "./remains.ts";

/** Deletes an instance. The home disk stays, tagged with its owner and the date, unless it was to go as well. */
export const teardown: Operation = {
  name: "teardown",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: true,
  look: (_operation, { member, instance }) => ({
    parts: ["vm", "network", "disks", "logins"],
    deployment: instance.generation && instanceDeployment(member.key, instance.generation),
  }),
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
    // A build that still goes on would make again what is deleted here.
    if (truth.deployment?.state === "running") {
      if (operation.notes["cancelSent"]) return { waitSeconds: 3, phase: "deleting" };
      return {
        act: { do: "cancelDeployment", deployment: truth.deployment.name },
        againInSeconds: 1,
        phase: "deleting",
        notes: { cancelSent: seenAt },
      };
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
        homeDisk: keptDisk(truth, now),
      },
    };
  },
  card: teardownCard,
};
