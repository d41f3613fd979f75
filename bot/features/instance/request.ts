import { newestOwn } from "../../core/backups.ts";
import type { Fault } from "../../core/fault.ts";
import { identityDeployment, instanceDeployment, namesOf } from "../../core/names.ts";
import type { Operation, OperationRecord, Progress, Step, View } from "../../core/operation.ts";
import { runName } from "../../core/runs.ts";
import { onceMore } from "../../steps/again.ts";
import { clearing, runOf } from "../../steps/ask.ts";
import { checkOrConfig, configured } from "../../steps/configured.ts";
import { gateEnd, gateOf, gateSays } from "../../steps/gate.ts";
import { identityNext } from "../../steps/identity.ts";
import { deadlinePassed, overdue, patience, straySeconds, tookTooLong } from "../../steps/overdue.ts";
import { clearNext, keptDisk, remains, tagging } from "../../steps/remains.ts";
import { isAnswering, keysSeen } from "../../steps/running.ts";
import { asItWas, switchOff } from "../../steps/snapshot.ts";
import { stepIn } from "../../steps/vmAnswers.ts";
import { requestCard } from "./requestCard.ts";

/** Builds an instance, from nothing or over what an earlier try has left. */
export const request: Operation = {
  name: "request",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: false,
  look: (operation, { member }) => ({
    parts: [
      ...(["vm", "network", "disks", "logins", "identity", "secret"] as const),
      // From which one the home disk is made is decided once.
      ...(operation.pins ? [] : (["snapshots"] as const)),
    ],
    deployment: operation.pins
      ? instanceDeployment(member.key, operation.id)
      : identityDeployment(member.key, operation.id),
    run: operation.pins ? checkOrConfig(operation, gateOf(operation)) : runOf(operation, "quiesce"),
  }),
  next(view) {
    const { operation, truth } = view;
    if (isAnswering(view) && !operation.cancelledAt) return configured(view, ready(view));
    if (view.fault) return isUntouched(view) ? asItWas(view, view.fault) : failed(view, view.fault);
    if (operation.cancelledAt || overdue(request, view)) return giveUp(view);
    const missing = operation.pins && truth.deployment ? undefined : prepare(view);
    if (missing) return missing;
    switch (truth.deployment?.state) {
      case undefined:
        return deploy(view);
      case "running":
        return { waitSeconds: patience(view), ...building(view), refusal: operation.refusal };
      case "succeeded":
        return heard(view, built(view));
      case "failed":
      case "canceled":
        return heard(view, unfinished(view, truth.deployment.fault ?? tookTooLong(view)));
    }
  },
  card: requestCard,
};

/** What has to be there, and what has to be gone, before the VM is deployed. */
function prepare(view: View): Step | undefined {
  const { operation, truth, settings } = view;
  const identity = identityNext(view);
  if (identity && "finish" in identity) return failed(view, identity.fault ?? deadlinePassed(view));
  if (identity) return identity;
  // It was said that the home disk stays.
  if (operation.name === "rebuild" && !operation.pins && !truth.homeDisk)
    return asItWas(view, {
      code: "HomeDiskGone",
      detail: "the home disk does not exist in Azure",
      correlation: operation.id,
    });
  // A VM is never changed by a newer template, nor is a system disk used again: what an earlier try has left goes first.
  if (truth.vm ? truth.vm.generation !== operation.id : truth.osDisk)
    return restingFirst(view) ?? clearNext(truth, "never");
  const held = homeDiskHeld(view);
  if (held || operation.pins) return held;
  const snapshot = snapshotFor(view);
  if (snapshot && "finish" in snapshot) return snapshot;
  // What an earlier try has made of it no VM ever had: it may have been meant otherwise.
  if (truth.homeDisk && !truth.homeDisk.everMounted)
    return { act: { do: "delete", part: "homeDisk" }, againInSeconds: 3, phase: "deploying" };
  return {
    act: {
      do: "pin",
      size: operation.input.size ?? settings.size,
      snapshotId: snapshot?.id,
      networkPolicy: settings.networkPolicy,
      gate: runName("ready", operation.id),
    },
    againInSeconds: 0,
    phase: "deploying",
  };
}

/** Azure takes a while to take the home disk off a VM that is gone, and gives it to no other before. */
function homeDiskHeld(view: View): Step | undefined {
  const { truth, operation, member } = view;
  const heldBy = truth.vm ? undefined : truth.homeDisk?.heldBy;
  if (!heldBy) return undefined;
  const detail = `the home disk is attached to ${heldBy}`;
  const correlation = operation.id;
  return heldBy.toLowerCase().endsWith(`/${namesOf(member.key).vm}`)
    ? { waitSeconds: 5, phase: "deploying", refusal: { code: "StillInUse", detail, correlation } }
    : failed(view, { code: "InUseElsewhere", detail, correlation });
}

/** A VM that is rebuilt is somebody's work: its gateway stops first, so that the files on the home disk lie still. */
function restingFirst(view: View): Step | undefined {
  const { operation, truth } = view;
  if (operation.name !== "rebuild" || !truth.vm) return undefined;
  return switchOff(view, operation.input.force ?? false);
}

/** Whether a rebuild has not yet taken away what was there. */
const isUntouched = ({ operation, truth }: View): boolean =>
  operation.name === "rebuild" &&
  !operation.pins &&
  truth.vm !== undefined &&
  truth.vm.provisioning !== "deleting" &&
  truth.vm.generation !== operation.id;

/** The snapshot that the home disk is made from, if it is; a home disk that may hold data is never passed over for one. */
function snapshotFor(
  view: View,
): { readonly id: string } | (Step & { readonly finish: "failed" }) | undefined {
  const { operation, truth } = view;
  const { snapshot: name, fresh } = operation.input;
  const disk = truth.homeDisk?.everMounted ? truth.homeDisk : undefined;
  if (name === undefined) return disk || fresh ? undefined : promised(view);
  const wanted = truth.snapshots?.find((snapshot) => snapshot.name === name && snapshot.complete);
  const correlation = operation.id;
  // An earlier try has made it from this one already.
  if (disk && namedIn(disk.source) === name) return undefined;
  if (disk)
    return failed(view, { code: "HomeDiskThere", detail: `${disk.id} exists and was mounted`, correlation });
  return (
    wanted ??
    failed(view, { code: "SnapshotMissing", detail: `there is no complete ${name} of theirs`, correlation })
  );
}

/** The newest; where it was said that a certain one brings the home disk back, not without that one. */
function promised(view: View): ReturnType<typeof snapshotFor> {
  const { truth, instance, operation } = view;
  const { backup } = instance;
  if (!backup || truth.snapshots?.some(({ name, complete }) => name === backup.snapshot && complete))
    return newestOwn(truth.snapshots ?? []);
  const fault = {
    code: "BackupGone",
    detail: `${backup.snapshot} does not exist in Azure`,
    correlation: operation.id,
  };
  const step = failed(view, fault);
  return { ...step, instance: { ...step.instance, backup: undefined } };
}

/** The last part of a resource id. */
const namedIn = (id = ""): string => id.slice(id.lastIndexOf("/") + 1);

function deploy({ operation, truth, member, now }: View): Step {
  if (!operation.pins || !truth.identity) return { waitSeconds: 2 };
  return {
    act: {
      do: "deployInstance",
      deployment: instanceDeployment(member.key, operation.id),
      generation: operation.id,
      gate: gateOf(operation),
      pins: operation.pins,
      identity: truth.identity,
      owner: { objectId: member.objectId, name: member.name, loginRole: member.loginRole },
    },
    againInSeconds: 2,
    phase: "deploying",
    instance: {
      state: "deploying",
      seenAt: now.toISOString(),
      generation: operation.id,
      size: operation.pins.size,
      // The template's rules take the place of those that were.
      access: [],
    },
  };
}

function building({ truth, now }: View): Progress {
  const phase =
    stepIn(truth.run?.output ?? "") === "checking"
      ? "checking"
      : truth.vm?.power === "running"
        ? "booting"
        : "deploying";
  return {
    phase,
    instance: { state: phase === "deploying" ? "deploying" : "booting", seenAt: now.toISOString() },
  };
}

/** The gate has ended, and its run command goes. */
const heard = (view: View, step: Step): Step =>
  clearing(step, ...(gateEnd(view) ? [gateOf(view.operation)] : []));

/** Azure calls a build a success whose gate it could not begin. */
function built(view: View): Step {
  const fault = gateEnd(view)?.state === "failed" ? gateSays(view) : undefined;
  return fault ? failed(view, fault) : configured(view, ready(view));
}

function ready(view: View): Step {
  const { operation, truth, now } = view;
  return {
    finish: "succeeded",
    phase: "ready",
    instance: {
      state: "ready",
      seenAt: now.toISOString(),
      generation: operation.id,
      publicIp: truth.publicIp?.address,
      networkPolicy: operation.pins?.networkPolicy,
      size: truth.vm?.size,
      homeDisk: truth.homeDisk && { sizeGb: truth.homeDisk.sizeGb, sku: truth.homeDisk.sku },
      backup: undefined,
      fault: undefined,
      ...keysSeen(view),
    },
  };
}

/** The same deployment again goes on where it failed. */
function unfinished(view: View, fault: Fault): Step {
  const part = view.truth.deployment?.failed;
  const why = part === "gate" ? gateSays(view) : undefined;
  if (why) return failed(view, why);
  const mending = part === "signIn" ? loginAgain(view) : undefined;
  if (mending) return mending;
  const tries = Number(view.operation.notes["again"] ?? 0);
  return onceMore(view, fault, deployAgain(view, { again: `${tries + 1}` })) ?? failed(view, fault);
}

/** The notes say which attempt this is, and with that the gate's name. */
function deployAgain(view: View, notes: OperationRecord["notes"]): Step {
  const operation = { ...view.operation, notes: { ...view.operation.notes, ...notes } };
  return { ...deploy({ ...view, operation }), notes };
}

/**
 * The extension for sign-in most often fails because the package manager was busy (azure-linux-extensions, issue 1318).
 * One that has failed stays so, whatever is deployed; so it is taken off the VM, and installed once more.
 */
function loginAgain(view: View): Step | undefined {
  const { operation, truth } = view;
  const phase = "booting";
  if (truth.vm?.entraLogin && operation.notes["login"] !== "again")
    return { act: { do: "deleteEntraLogin" }, againInSeconds: 10, phase, notes: { login: "removed" } };
  return operation.notes["login"] === "removed" ? deployAgain(view, { login: "again" }) : undefined;
}

/** What was made stays, so that it can be looked at: `retry` builds anew, `cancel` clears up. */
function failed({ truth, now, blind }: View, fault: Fault): Step & { readonly finish: "failed" } {
  const left = blind || remains(truth, "unmounted").length > 0;
  return {
    finish: "failed",
    fault,
    instance: {
      state: left ? "broken" : "absent",
      seenAt: now.toISOString(),
      fault,
      ...(left ? {} : { generation: undefined }),
    },
  };
}

/** Gives the build up. Why it took too long stays known, whatever Azure says while what was made is cleared away. */
function giveUp(view: View): Step {
  const step = ending(view);
  return "finish" in step ? step : { ...step, refusal: view.operation.refusal ?? tookTooLong(view) };
}

/** Cancel, wait until that has ended, keep a late success unless somebody asked to end it, else clear up. */
function ending(view: View): Step {
  const { operation, truth, now } = view;
  const phase = "cancelling";
  if (isUntouched(view)) return asItWas(view, deadlinePassed(view));
  if (truth.deployment?.state === "running") {
    if (operation.notes["cancelSent"]) return { waitSeconds: 5, phase };
    return {
      act: { do: "cancelDeployment", deployment: truth.deployment.name },
      againInSeconds: 2,
      phase,
      notes: { cancelSent: now.toISOString() },
    };
  }
  if (!operation.cancelledAt && operation.pins && truth.deployment?.state === "succeeded") return ready(view);
  const clearing =
    clearNext(truth, "unmounted") ?? (truth.homeDisk?.tags["keptSince"] ? undefined : tagging(view));
  if (clearing) return { ...clearing, phase };
  // The build may be on its way to Azure at this very moment.
  const since = operation.cancelledAt
    ? (now.getTime() - Date.parse(operation.cancelledAt)) / 1000
    : straySeconds;
  if (operation.pins && !truth.deployment && since < straySeconds) return { waitSeconds: 10, phase };
  return {
    finish: operation.cancelledAt ? "cancelled" : "failed",
    fault: operation.cancelledAt ? undefined : deadlinePassed(view),
    instance: {
      state: "absent",
      seenAt: now.toISOString(),
      generation: undefined,
      publicIp: undefined,
      access: [],
      homeDisk: keptDisk(truth, now),
    },
  };
}
