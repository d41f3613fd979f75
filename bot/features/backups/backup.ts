import type { Fault } from "../../core/errors.ts";
import { namesOf } from "../../core/names.ts";
import type { Operation, View } from "../../core/operation.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";
import { isOff } from "../../steps/running.ts";
import { makeSnapshot, snapshotFailed, snapshotMade } from "../../steps/snapshot.ts";
import { backupCard } from "./backupCard.ts";

/** Makes a snapshot of the home disk, whether the VM runs or not: it holds what the disk would hold after a power failure. */
export const backup: Operation = {
  name: "backup",
  exclusive: false,
  deadlineSeconds: 40 * 60,
  forLeavers: false,
  quiet: true,
  look: (operation, { member }) => ({ snapshot: snapshotMade(operation, member) }),
  next(view) {
    const { truth, operation, member } = view;
    if (view.fault)
      return failed(snapshotFailed(view, `${view.fault.code}: ${view.fault.detail}`, view.fault.correlation));
    if (overdue(backup, view)) return failed(deadlinePassed(view));
    const { kind = "manual", since } = operation.input;
    if (!truth.snapshot) {
      const off = liesStill(view);
      const holdsNothing = !truth.homeDisk?.everMounted;
      if (kind === "nightly" && (holdsNothing || (off && isUnchanged(view, since))))
        return { finish: "succeeded", phase: "nothing-new" };
      if (!truth.homeDisk) return failed(noDisk(view));
    }
    const owner = { key: member.key, objectId: member.objectId };
    const making = makeSnapshot(view, { kind, owner, madeAfterQuiesce: !truth.snapshot && liesStill(view) });
    if (making) return "finish" in making ? failed(making.fault) : making;
    const { createdAt = "", sizeGb = 0, tags = {} } = truth.snapshot ?? {};
    return {
      finish: "succeeded",
      notes: {
        createdAt,
        sizeGb: `${sizeGb}`,
        expires: tags["expires"] ?? "",
        running: `${tags["madeAfterQuiesce"] !== "true"}`,
      },
    };
  },
  card: backupCard,
};

const liesStill = ({ truth: { vm } }: View): boolean => !vm || isOff(vm);

/** Leaves the instance's record alone: a backup changes nothing there. */
const failed = (fault: Fault | undefined) => ({ finish: "failed", fault }) as const;

/** Whether no VM has used the disk since then, by Azure's clock. */
const isUnchanged = ({ truth }: View, since = ""): boolean =>
  Date.parse(since) >= Date.parse(truth.homeDisk?.ownedSince ?? "");

const noDisk = ({ member, operation }: View): Fault => ({
  code: "NoHomeDisk",
  detail: `the disk ${namesOf(member.key).homeDisk} does not exist in Azure`,
  correlation: operation.id,
});
