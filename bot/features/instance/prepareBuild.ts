import { namesOf } from "../../core/names.ts";
import type { OperationRecord, Step, View } from "../../core/operation.ts";
import { runName } from "../../core/runs.ts";
import { newestOwn } from "../../steps/backups.ts";
import { identityNext } from "../../steps/identity.ts";
import { deadlinePassed } from "../../steps/overdue.ts";
import { clearNext, isHeldBy } from "../../steps/remains.ts";
import { asItWas, switchOff } from "../../steps/snapshot.ts";
import { failed } from "./buildEnds.ts";

/** What has to exist, and what has to be deleted, before the VM is deployed. */
export function prepare(view: View): Step | undefined {
  const { operation, truth, settings } = view;
  const identity = identityNext(view);
  if (identity && "finish" in identity) {
    const fault = identity.fault ?? deadlinePassed(view);
    return isUntouched(view) ? asItWas(view, fault) : failed(view, fault);
  }
  if (identity) return identity;
  // The member was promised that the home disk stays.
  if (isRebuild(operation) && !operation.pins && !truth.homeDisk)
    return asItWas(view, {
      code: "HomeDiskGone",
      detail: "the home disk does not exist in Azure",
      correlation: operation.id,
    });
  // A newer template never changes a VM, and no system disk is used twice: what an earlier try left is deleted first.
  if (truth.vm ? truth.vm.generation !== operation.id : truth.osDisk)
    return checkedFirst(view) ?? restingFirst(view) ?? clearNext(view, "never");
  const held = homeDiskHeld(view);
  if (held || operation.pins) return held;
  const snapshot = snapshotFor(view);
  if (snapshot && "finish" in snapshot) return snapshot;
  // No VM ever used this home disk of an earlier try, and that try may have wanted a different one.
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

/** Azure takes a while to detach the home disk from a deleted VM, and attaches it to no other until then. */
function homeDiskHeld(view: View): Step | undefined {
  const { truth, operation, member } = view;
  const heldBy = truth.vm ? undefined : truth.homeDisk?.heldBy;
  if (!heldBy) return undefined;
  const detail = `the home disk is attached to ${heldBy}`;
  const correlation = operation.id;
  return isHeldBy(truth.homeDisk, namesOf(member.key).vm)
    ? { waitSeconds: 5, phase: "deploying", refusal: { code: "StillInUse", detail, correlation } }
    : failed(view, { code: "InUseElsewhere", detail, correlation });
}

/** Finds out what Azure would refuse while the old VM still works. Once is enough: a second check would say the same. */
function checkedFirst(view: View): Step | undefined {
  const { operation, truth, settings, now } = view;
  if (!isUntouched(view) || !truth.vm?.size || operation.notes["fits"]) return undefined;
  const { size } = truth.vm;
  return {
    act: { do: "checkBuild", size: operation.input.size ?? settings.size, replacing: size },
    againInSeconds: 0,
    notes: { fits: now.toISOString() },
  };
}

/** A VM that is rebuilt may be in use: its gateway stops first, so that nothing writes to the home disk. */
function restingFirst(view: View): Step | undefined {
  const { operation, truth } = view;
  if (!isRebuild(operation) || !truth.vm) return undefined;
  return switchOff(view, operation.input.force ?? false);
}

/** Whether it builds over an existing instance. */
const isRebuild = ({ name }: OperationRecord): boolean => name === "rebuild";

/** Whether a rebuild has deleted nothing yet. Where Azure can't be read, the record tells: it notes that the VM is to be deleted. */
export const isUntouched = ({ operation, truth, blind }: View): boolean =>
  isRebuild(operation) &&
  !operation.pins &&
  (blind
    ? !operation.notes["vmGoes"]
    : truth.vm !== undefined && truth.vm.provisioning !== "deleting" && truth.vm.generation !== operation.id);

/** The snapshot that the home disk is made from, if any. A home disk that may hold data is never ignored in favor of one. */
function snapshotFor(
  view: View,
): { readonly id: string } | (Step & { readonly finish: "failed" }) | undefined {
  const { operation, truth } = view;
  const { snapshot: name, fresh } = operation.input;
  const disk = truth.homeDisk?.everMounted ? truth.homeDisk : undefined;
  if (name === undefined) return disk || fresh ? undefined : promised(view);
  const wanted = truth.snapshots?.find((snapshot) => snapshot.name === name && snapshot.complete);
  const correlation = operation.id;
  // An earlier try already made it from this snapshot.
  if (disk && namedIn(disk.source) === name) return undefined;
  if (disk)
    return failed(view, { code: "HomeDiskThere", detail: `${disk.id} exists and was mounted`, correlation });
  return (
    wanted ??
    failed(view, { code: "SnapshotMissing", detail: `there is no complete ${name} of theirs`, correlation })
  );
}

/** The newest snapshot. If the member was promised a certain one, the build fails when that one is missing. */
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
