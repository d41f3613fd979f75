import { leaverButton } from "../../cards/leaverCard.ts";
import { lastOfLeaver } from "../../cards/vaultLeft.ts";
import type { DeletablePart } from "../../core/cloud.ts";
import type { Fault } from "../../core/errors.ts";
import { instanceDeployment } from "../../core/names.ts";
import type { Operation, Step, View } from "../../core/operation.ts";
import { runOf } from "../../steps/ask.ts";
import { isBack, ownerIsBack } from "../../steps/back.ts";
import { backupOf } from "../../steps/backups.ts";
import { deadlinePassed, overdue, straySeconds } from "../../steps/overdue.ts";
import { clearNext, hasDeletedVm, keptDisk, tagging, vmGoing } from "../../steps/remains.ts";
import { asItWas, nothingDeleted, secureHomeDisk, snapshotMade } from "../../steps/snapshot.ts";
import { teardownCard } from "./teardownCard.ts";

/** Deletes an instance. The home disk goes last, and only after a verified snapshot of it, unless it is to be erased. */
export const teardown: Operation = {
  name: "teardown",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: true,
  withoutVm: ["deleting"],
  look: (operation, { member, instance }) => ({
    deployment: instance.generation && instanceDeployment(member.key, instance.generation),
    ...(withSnapshot(operation.input)
      ? { snapshot: snapshotMade(operation, member), run: runOf(operation, "quiesce") }
      : {}),
  }),
  next(view) {
    const { truth, operation, now } = view;
    if (view.fault) return failed(view, view.fault);
    if (overdue(teardown, view)) return failed(view, deadlinePassed(view));
    if (isBack(view) && operation.phase !== "deleting") return failed(view, ownerIsBack(view));
    // A running build would create again what is deleted here.
    if (!operation.notes["built"] && truth.deployment?.state === "running") {
      if (operation.notes["cancelSent"]) return { waitSeconds: 3 };
      return {
        act: { do: "cancelDeployment", deployment: truth.deployment.name },
        againInSeconds: 1,
        notes: { cancelSent: now.toISOString() },
      };
    }
    const step = securing(view) ?? deleteNext(view) ?? (mayBeBuilt(view) ? { waitSeconds: 10 } : gone(view));
    return "finish" in step || mayBeBuilt(view) ? step : { ...step, notes: { ...step.notes, built: "yes" } };
  },
  card: teardownCard,
  // Only an admin can retry the teardown of a leaver's instance.
  offers: ({ member, instance }) =>
    member.status === "left" ? [leaverButton(member, instance.generation)] : undefined,
};

/** Whether a deployment may still start building: one that Azure does not show yet may be on its way there. */
const mayBeBuilt = ({ operation, truth, instance, elapsedSeconds }: View): boolean =>
  !operation.notes["built"] &&
  instance.generation !== undefined &&
  !truth.deployment &&
  elapsedSeconds < straySeconds;

/** The next step until a snapshot holds the home disk. Roles and network don't have to wait for it. */
function securing(view: View): Step | undefined {
  const { operation, member } = view;
  const { force = false } = operation.input;
  if (!withSnapshot(operation.input)) return undefined;
  const going = vmGoing(view);
  if (going) return going;
  if (hasDeletedVm(view) && !deletes(deleteNext(view), "homeDisk")) return undefined;
  const owner = { key: member.key, objectId: member.objectId };
  const step = secureHomeDisk(view, { kind: "teardown", owner, force });
  if (!step?.notes?.["verified"]) return step;
  const next = deleteNext(view);
  // Save the notes with this step, because it deletes nothing.
  return next && "act" in next && next.act.do === "revoke"
    ? { ...next, notes: { ...next.notes, ...step.notes } }
    : step;
}

const deletes = (step: Step | undefined, part: DeletablePart): boolean =>
  step !== undefined && "act" in step && step.act.do === "delete" && step.act.part === part;

const withSnapshot = ({ homeDisk }: View["operation"]["input"]): boolean =>
  homeDisk === undefined || homeDisk === "snapshot";

function deleteNext(view: View): Step | undefined {
  const { truth, operation, now } = view;
  const keeps = operation.input.homeDisk === "keep";
  const deleting = clearNext(view, keeps ? "unmounted" : "always");
  // Roles go first: without them the instance is still whole.
  if (deleting && "act" in deleting && deleting.act.do === "revoke")
    return { ...deleting, phase: "sessions" };
  if (deleting)
    return { ...deleting, instance: { state: "deleting", seenAt: now.toISOString(), access: [] } };
  if (keeps) return tagging(view);
  if (operation.input.homeDisk !== "erase") return undefined;
  // Includes backups that an admin gave them: these are theirs, no one else can restore them, and as long as one is kept, “Nothing costs
  // money any longer” would be untrue. The question, the form, the help and the audit all mention them.
  const [snapshot] = truth.snapshots ?? [];
  const phase = "deleting";
  if (snapshot) return { act: { do: "deleteSnapshot", name: snapshot.name }, againInSeconds: 2, phase };
  // Last, because until then a VM may still run and read its keys.
  if (operation.notes["emptied"]) return undefined;
  return { act: { do: "emptySecret" }, againInSeconds: 1, phase, notes: { emptied: "yes" } };
}

/** While a snapshot is left, the last card about a leaver waits until that is deleted. */
function gone(view: View): Step {
  const step = ended(view);
  return { ...step, tellAdmins: lastOfLeaver({ ...view, instance: { ...view.instance, ...step.instance } }) };
}

const ended = ({ truth, operation, now }: View): Step => ({
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

/** Until the first part is deleted, nothing has changed. After that, only `retry` and `cancel` help. */
function failed(view: View, fault: Fault): Step {
  const { operation, now } = view;
  const untouched = operation.phase !== "deleting" && operation.input.homeDisk !== "keep";
  if (untouched) return withSnapshot(operation.input) ? nothingDeleted(view, fault) : asItWas(view, fault);
  return { finish: "failed", fault, instance: { state: "broken", seenAt: now.toISOString(), fault } };
}
