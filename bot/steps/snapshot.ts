import type { SnapshotKind, SnapshotOwner, Truth } from "../core/cloud.ts";
import type { Fault } from "../core/errors.ts";
import type { Member } from "../core/member.ts";
import { snapshotName } from "../core/names.ts";
import type { OperationRecord, Progress, Step, View } from "../core/operation.ts";
import { ask, clearing, isUnderWay, wasHeard } from "./ask.ts";
import { expiryOf } from "./backups.ts";
import { notRun } from "./gateFault.ts";
import { hasDeletedVm } from "./remains.ts";
import { stopAttempts } from "./running.ts";
import { firstLook, nextLook } from "./waiting.ts";

/** The gateway has 330 seconds to finish its work (`cloud-init/openclaw.service`). */
const quiesceSeconds = 400;
/** Azure's agent on the VM may never pick the script up. */
const patienceSeconds = 600;

/** How many of the operation's snapshots were replaced. */
const attemptOf = ({ notes }: Pick<OperationRecord, "notes">): number => Number(notes["gaveWay"] ?? 0);

/** The name of the snapshot that an operation makes, or made last. */
const snapshotOf = (operation: OperationRecord, { key }: Member): string =>
  snapshotName(key, operation.id, attemptOf(operation));

/** The same, once the snapshot may exist. */
export const snapshotMade = (operation: OperationRecord, member: Member): string | undefined =>
  ["shot", "held", "verified"].some((note) => operation.notes[note] !== undefined) ||
  ["snapshot", "deleting"].includes(operation.phase)
    ? snapshotOf(operation, member)
    : undefined;

/** Whether that snapshot has to be replaced. */
const isUnfit = ({ operation }: View): boolean => operation.notes["unfit"] === `${attemptOf(operation)}`;

interface Wanted {
  readonly kind: SnapshotKind;
  readonly owner: SnapshotOwner;
  /** Does not wait until the agent has finished. */
  readonly force: boolean;
}

/**
 * Stops the VM and makes a snapshot of its home disk until one is verified: it succeeded, its source is that disk, it was made
 * after the VM stopped, and its copy is complete. Undefined: it is verified, or there is nothing to lose.
 */
export function secureHomeDisk(view: View, wanted: Wanted): Step | undefined {
  const { truth, operation, now } = view;
  const waits = resting(view, wanted.force);
  if (waits) return waits;
  // A disk that no VM ever used holds nothing.
  if (!truth.homeDisk?.everMounted) return undefined;
  if (isVerified(view))
    // Noted before anything is deleted, because deleting the VM changes the disk's owner too.
    return operation.notes["verified"]
      ? undefined
      : { waitSeconds: 0, notes: { verified: now.toISOString() } };
  const step = switchOff(view, wanted.force) ?? shoot(view, wanted);
  // Someone has started the VM since, so the snapshot may no longer match the disk.
  return operation.notes["verified"] ? { ...step, notes: { ...step.notes, verified: "" } } : step;
}

/** Waits for what is in progress with one call a look. */
function resting(view: View, force: boolean): Step | undefined {
  const { operation, truth } = view;
  const { phase } = operation;
  if (phase === "quiescing" || phase === "stopping") {
    const step = phase === "quiescing" && isUnderWay(view) ? quiesce(view) : switchOff(view, force);
    return step && !("finish" in step) ? step : undefined;
  }
  const copies = phase === "snapshot" && truth.snapshot && !truth.snapshot.complete && !truth.snapshot.failed;
  return copies ? { waitSeconds: nextLook(view, phase), phase } : undefined;
}

/** Compares two of Azure's times: when the disk was last attached or detached, or its VM started or deallocated; and when the copy was made. */
function isVerified(view: View): boolean {
  const { truth, operation } = view;
  const { snapshot, homeDisk: disk } = truth;
  if (!snapshot?.complete || !disk || !isSource(snapshot, disk) || isUnfit(view)) return false;
  // The disk itself tells whether another VM uses it since.
  const vm = hasDeletedVm(view) ? undefined : truth.vm;
  const going = !vm || vm.provisioning === "deleting";
  if (!going && vm.power !== "deallocated") return false;
  if (going && !disk.attached && operation.notes["verified"]) return true;
  return Date.parse(snapshot.createdAt) >= Date.parse(disk.ownedSince ?? operation.startedAt);
}

const isSource = (snapshot: NonNullable<Truth["snapshot"]>, disk: NonNullable<Truth["homeDisk"]>): boolean =>
  snapshot.sourceDisk.toLowerCase() === disk.id.toLowerCase() &&
  (snapshot.sourceUniqueId === undefined || snapshot.sourceUniqueId === disk.uniqueId);

/** Lets the gateway finish, unless `force`, and stops the VM. Undefined if the VM is off or does not exist. */
export function switchOff(view: View, force: boolean): Step | undefined {
  const { truth, operation, now } = view;
  const seenAt = now.toISOString();
  const phase = "stopping";
  if (truth.vm?.provisioning === "deleting") return { waitSeconds: nextLook(view, phase), phase };
  switch (truth.vm?.power) {
    case undefined:
    case "deallocated":
      return undefined;
    case "starting":
    case "stopping":
    case "deallocating":
      return { waitSeconds: nextLook(view, phase), phase };
    case "running":
    case "stopped":
    case "unknown": {
      const asking = force || truth.vm.power !== "running" ? undefined : quiesce(view);
      if (asking) return asking;
      const tries = Number(operation.notes["tries"] ?? 0);
      if (tries >= stopAttempts && truth.vm.fault) return nothingDeleted(view, truth.vm.fault);
      return {
        act: { do: "deallocate" },
        againInSeconds: firstLook(view),
        phase,
        instance: { state: "stopping", seenAt },
        notes: { tries: `${tries + 1}` },
      };
    }
  }
}

/** Checks whether the agent has finished. Undefined once the gateway has stopped, so that nothing writes to its files. */
function quiesce(view: View): Step | undefined {
  const { truth, operation, now } = view;
  const step = ask(
    view,
    "quiesce",
    (given) => ({
      do: "runScript",
      script: "quiesce",
      input: { REQUEST: operation.id },
      seconds: quiesceSeconds,
      ...given,
    }),
    "quiescing",
  );
  if (!wasHeard(step)) {
    const waited = truth.run && now.getTime() - Date.parse(truth.run.at ?? operation.startedAt);
    return waited && waited > patienceSeconds * 1000
      ? nothingDeleted(view, busy(view, "it was asked, and did not answer"))
      : step;
  }
  const { name, state, output, refusal } = step.heard;
  if (state === "succeeded") return undefined;
  const fault = refusal === undefined ? busy(view, blockers(output)) : notRun(refusal, operation.id);
  return clearing(nothingDeleted(view, fault), name);
}

const busy = ({ operation }: View, detail: string): Fault => ({
  code: "AgentBusy",
  detail,
  correlation: operation.id,
});

/** Only what `cloud-init/quiesce.sh` prints about the agent's work: kinds, no titles. */
function blockers(output: string): string {
  const said = output.split("\n").map((line) => {
    const from = line.indexOf('{"quiesced"');
    return from < 0 ? "" : line.slice(from, line.lastIndexOf("}") + 1);
  });
  return said.find((line) => line !== "") ?? "no answer";
}

/**
 * Makes the copy once nothing writes to the disk any longer. A copy that was made too early, or of another disk, is replaced. That is noted
 * before the old one is deleted, and the new one has another name, so that a late deletion can't hit it.
 */
function shoot(view: View, { kind, owner }: Wanted): Step {
  const { truth } = view;
  const phase = "snapshot";
  const off: Progress = {
    phase,
    ...(truth.vm ? { instance: { state: "stopped", seenAt: view.now.toISOString() } } : {}),
  };
  const copying = makeSnapshot(view, { kind, owner, madeAfterQuiesce: true });
  if (copying) return { ...copying, ...("finish" in copying ? {} : off) };
  return isUnfit(view)
    ? { act: { do: "deleteSnapshot", name: nameOf(view) }, againInSeconds: 3, ...off }
    : { waitSeconds: 0, notes: { unfit: `${attemptOf(view.operation)}` }, ...off };
}

const nameOf = ({ member, operation }: View): string => snapshotOf(operation, member);

/** Makes the operation's own snapshot and waits until it is complete; then undefined. */
export function makeSnapshot(
  view: View,
  made: { readonly kind: SnapshotKind; readonly owner: SnapshotOwner; readonly madeAfterQuiesce: boolean },
): Step | undefined {
  const { truth, operation, settings } = view;
  const phase = "snapshot";
  if (!truth.snapshot && isUnfit(view))
    return { waitSeconds: 0, phase, notes: { gaveWay: `${attemptOf(operation) + 1}` } };
  if (!truth.snapshot) {
    const expires = expiryOf(new Date(operation.startedAt), settings);
    const notes = { shot: "yes" };
    return {
      act: { do: "snapshot", name: nameOf(view), ...made, expires },
      againInSeconds: firstLook(view),
      phase,
      notes,
    };
  }
  if (truth.snapshot.failed)
    return nothingDeleted(view, snapshotFailed(view, `the snapshot ${truth.snapshot.name} failed`));
  return truth.snapshot.complete ? undefined : { waitSeconds: nextLook(view, phase), phase };
}

export const snapshotFailed = ({ operation }: View, detail: string, correlation?: string): Fault => ({
  code: "SnapshotFailed",
  detail,
  correlation: correlation || operation.id,
});

/** Ends before anything was deleted: the instance is unchanged, but may be off. */
export function nothingDeleted(view: View, fault: Fault): Step {
  const { truth } = view;
  const power = truth.vm?.power;
  // With the VM off, the snapshot was the next step, so it is what Azure refused.
  const refused = view.fault && !view.blind && !truth.snapshot && (!power || power === "deallocated");
  return asItWas(
    view,
    refused ? snapshotFailed(view, `${fault.code}: ${fault.detail}`, fault.correlation) : fault,
  );
}

/** The same without a snapshot. */
export function asItWas({ truth, now }: View, fault: Fault): Step {
  const seenAt = now.toISOString();
  const power = truth.vm?.power;
  const state =
    power === "deallocated" || power === "stopped"
      ? ({ state: "stopped", seenAt } as const)
      : power === "running" && truth.run?.state === "succeeded"
        ? ({ state: "degraded", seenAt } as const)
        : {};
  return { finish: "failed", fault, instance: state };
}
