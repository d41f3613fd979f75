import { leaverButton } from "../../cards/leaverCard.ts";
import { backupOf } from "../../core/backups.ts";
import type { Fault } from "../../core/errors.ts";
import { instanceDeployment } from "../../core/names.ts";
import type { Operation, Step, View } from "../../core/operation.ts";
import { runOf } from "../../steps/ask.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";
import { clearNext, keptDisk, tagging } from "../../steps/remains.ts";
import { asItWas, nothingDeleted, secureHomeDisk, snapshotOf } from "../../steps/snapshot.ts";
import { teardownCard } from "./teardownCard.ts";

/** Deletes an instance. The home disk goes last, and only when a verified snapshot holds it, unless it was to be erased. */
export const teardown: Operation = {
  name: "teardown",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: true,
  look: (operation, { member, instance }) => ({
    parts: [
      "vm",
      "network",
      "disks",
      "logins",
      ...(operation.input.homeDisk === "erase" ? ["snapshots" as const] : []),
    ],
    deployment: instance.generation && instanceDeployment(member.key, instance.generation),
    ...(withSnapshot(operation.input)
      ? { snapshot: snapshotOf(operation, member), run: runOf(operation, "quiesce") }
      : {}),
  }),
  next(view) {
    const { truth, operation, member, now } = view;
    const { input } = operation;
    if (view.fault) return failed(view, view.fault);
    if (overdue(teardown, view)) return failed(view, deadlinePassed(view));
    // A build that still goes on would make again what is deleted here.
    if (truth.deployment?.state === "running") {
      if (operation.notes["cancelSent"]) return { waitSeconds: 3, watch: ["deployment"] };
      return {
        act: { do: "cancelDeployment", deployment: truth.deployment.name },
        againInSeconds: 1,
        notes: { cancelSent: now.toISOString() },
      };
    }
    if (withSnapshot(input)) {
      const owner = { key: member.key, objectId: member.objectId };
      const securing = secureHomeDisk(view, { kind: "teardown", owner, force: input.force ?? false });
      if (securing) return securing;
    }
    return deleteNext(view) ?? gone(view);
  },
  card: teardownCard,
  // What a leaver had nobody tries again but an admin.
  offers: ({ member, instance }) =>
    member.status === "left" ? [leaverButton(member, instance.generation)] : undefined,
};

const withSnapshot = ({ homeDisk }: View["operation"]["input"]): boolean =>
  homeDisk === undefined || homeDisk === "snapshot";

function deleteNext(view: View): Step | undefined {
  const { truth, operation, now } = view;
  const keeps = operation.input.homeDisk === "keep";
  const deleting = clearNext(truth, keeps ? "unmounted" : "always");
  // Roles go first; without them it is still whole.
  if (deleting && "act" in deleting && deleting.act.do === "revokeLogins")
    return { ...deleting, phase: "sessions" };
  if (deleting)
    return { ...deleting, instance: { state: "deleting", seenAt: now.toISOString(), access: [] } };
  if (keeps) return tagging(view);
  const [snapshot] = truth.snapshots ?? [];
  return (
    snapshot && {
      act: { do: "deleteSnapshot", name: snapshot.name },
      againInSeconds: 2,
      phase: "deleting",
    }
  );
}

const gone = ({ truth, operation, now }: View): Step => ({
  finish: "succeeded",
  phase: "gone",
  instance: {
    state: "absent",
    seenAt: now.toISOString(),
    generation: undefined,
    size: undefined,
    publicIp: undefined,
    access: [],
    fault: undefined,
    homeDisk: keptDisk(truth, now),
    ...(truth.snapshot ? { backup: backupOf(truth.snapshot) } : {}),
    ...(operation.input.homeDisk === "erase" ? { backup: undefined } : {}),
  },
});

/** Before the first part is deleted, all is as it was. After it, only `retry` and `cancel` lead on. */
function failed(view: View, fault: Fault): Step {
  const { operation, now } = view;
  const untouched = operation.phase !== "deleting" && operation.input.homeDisk !== "keep";
  if (untouched) return withSnapshot(operation.input) ? nothingDeleted(view, fault) : asItWas(view, fault);
  return { finish: "failed", fault, instance: { state: "broken", seenAt: now.toISOString(), fault } };
}
