import { leaverButton } from "../../cards/leaverCard.ts";
import { lastLeaverCard } from "../../cards/vaultLeft.ts";
import type { Card } from "../../core/card.ts";
import type { DeletablePart } from "../../core/cloud.ts";
import type { Fault } from "../../core/errors.ts";
import { instanceDeployment } from "../../core/names.ts";
import type { Operation, Step, View } from "../../core/operation.ts";
import { runOf } from "../../steps/ask.ts";
import { backupOf } from "../../steps/backups.ts";
import { deadlinePassed, overdue, straySeconds } from "../../steps/overdue.ts";
import { clearNext, hasDeletedVm, keptDisk, tagging, vmGoing } from "../../steps/remains.ts";
import { asItWas, nothingDeleted, secureHomeDisk, snapshotMade } from "../../steps/snapshot.ts";
import { teardownCard } from "./teardownCard.ts";

/** Deletes an instance. The home disk goes last, and only when a verified snapshot holds it, unless it was to be erased. */
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
    // A build that still goes on would make again what is deleted here.
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
  // What a leaver had nobody tries again but an admin.
  offers: ({ member, instance }) =>
    member.status === "left" ? [leaverButton(member, instance.generation)] : undefined,
};

/** A deployment that has ended does not go on; one that does not show may be on its way to Azure. */
const mayBeBuilt = ({ operation, truth, instance, elapsedSeconds }: View): boolean =>
  !operation.notes["built"] &&
  instance.generation !== undefined &&
  !truth.deployment &&
  elapsedSeconds < straySeconds;

/** Until a snapshot holds the home disk; roles and network have nothing to do with that. */
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
  // Written down with what deletes nothing.
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
  // Roles go first; without them it is still whole.
  if (deleting && "act" in deleting && deleting.act.do === "revoke")
    return { ...deleting, phase: "sessions" };
  if (deleting)
    return { ...deleting, instance: { state: "deleting", seenAt: now.toISOString(), access: [] } };
  if (keeps) return tagging(view);
  if (operation.input.homeDisk !== "erase") return undefined;
  // Also those that an admin gave them: these are theirs since, nobody else can restore them, and “nothing costs anything anymore” would be
  // untrue while one is kept. Question, form, help and audit name them before.
  const [snapshot] = truth.snapshots ?? [];
  const phase = "deleting";
  if (snapshot) return { act: { do: "deleteSnapshot", name: snapshot.name }, againInSeconds: 2, phase };
  // Last, since a VM that still runs could read its keys for the last time.
  if (operation.notes["emptied"]) return undefined;
  return { act: { do: "emptySecret" }, againInSeconds: 1, phase, notes: { emptied: "yes" } };
}

const gone = (view: View): Step => ({
  ...ended(view),
  tellAdmins: lastOfLeaver(view),
});

/** Where a snapshot is left, the admins hear of the rest once that has gone. */
const lastOfLeaver = ({ member, truth, instance: { place }, settings }: View): Card | undefined =>
  member.status === "left" && !truth.homeDisk && (truth.snapshots ?? []).length === 0
    ? lastLeaverCard({ member, place, settings })
    : undefined;

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

/** Before the first part is deleted, all is as it was. After it, only `retry` and `cancel` lead on. */
function failed(view: View, fault: Fault): Step {
  const { operation, now } = view;
  const untouched = operation.phase !== "deleting" && operation.input.homeDisk !== "keep";
  if (untouched) return withSnapshot(operation.input) ? nothingDeleted(view, fault) : asItWas(view, fault);
  return { finish: "failed", fault, instance: { state: "broken", seenAt: now.toISOString(), fault } };
}
