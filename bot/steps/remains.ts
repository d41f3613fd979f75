import type { HomeDiskTruth, Truth } from "../core/cloud.ts";
import type { Instance } from "../core/instance.ts";
import { namesOf } from "../core/names.ts";
import type { OperationRecord, Phase, Step, View } from "../core/operation.ts";
import { firstLook, nextLook } from "./waiting.ts";

/** What becomes of the home disk. `unmounted`: deleted only if no VM ever had it. */
type HomeDiskFate = "never" | "unmounted" | "always";

/** Whether anything is left of an instance in Azure. */
export const isLeft = (truth: Truth, homeDisk: HomeDiskFate): boolean =>
  parts.some((part) => isThere(truth, part, homeDisk));

/** In the order in which they have to go. */
const parts = ["logins", "vm", "nic", "publicIp", "networkSecurityGroup", "osDisk", "homeDisk"] as const;
type Part = (typeof parts)[number];

function isThere(truth: Truth, part: Part, fate: HomeDiskFate): boolean {
  if (part === "logins") return (truth.logins ?? []).length > 0;
  if (part !== "homeDisk") return truth[part] !== undefined;
  if (fate === "never" || !truth.homeDisk) return false;
  return fate === "always" || !truth.homeDisk.everMounted;
}

/** Notes which parts this operation has seen gone, so that each is read once more only in the end. */
const goneNote = "gone";

/** Of these Azure says at once that they go. */
const atOnce: readonly Part[] = ["logins", "networkSecurityGroup"];

const goneIn = ({ notes }: OperationRecord): readonly string[] =>
  (notes[goneNote] ?? "").split(" ").filter((part) => part !== "");

/** Whether the operation has deleted the VM, and has seen or sees it gone. */
export const hasDeletedVm = ({ operation, truth }: View): boolean =>
  goneIn(operation).includes("vm") || (!!operation.notes["vmGoes"] && !truth.vm);

/** A VM that was deleted, and goes: one call tells. */
export const vmGoing = (view: View): Step | undefined =>
  view.operation.notes["vmGoes"] && !hasDeletedVm(view) && view.truth.vm?.provisioning === "deleting"
    ? { waitSeconds: nextLook(view, "deleting"), phase: "deleting" }
    : undefined;

/** The next step of clearing up; undefined when nothing is left. */
export function clearNext(view: View, fate: HomeDiskFate): Step | undefined {
  const { truth, operation, member } = view;
  const phase = "deleting";
  const before = goneIn(operation);
  const going = vmGoing(view);
  if (going) return going;
  // These go with their VM, unless Azure says that one of them is in the way.
  const withVm = operation.notes["vmGoes"] && !operation.refusal ? ["nic", "publicIp", "osDisk"] : [];
  const open = parts.filter((part) => ![...before, ...withVm].includes(part));
  const at = open.findIndex((part) => isThere(truth, part, fate));
  // Azure has said of each role that it is revoked.
  const left = at >= 0 ? open[at] : parts.find((part) => part !== "logins" && isThere(truth, part, fate));
  if (left === undefined) return undefined;
  const gone = [...before, ...(at >= 0 ? open.slice(0, at) : [])];
  if (left === "vm" && truth.vm?.provisioning === "deleting")
    return { waitSeconds: nextLook(view, phase), phase };
  // Azure takes a while to take it off a VM that is gone, and refuses to delete it before.
  if (left === "homeDisk" && isHeldBy(truth.homeDisk, namesOf(member.key).vm))
    return truth.vm ? comesBack(before, phase) : { waitSeconds: 5, phase };
  return {
    act:
      left === "logins"
        ? { do: "revoke", roles: (truth.logins ?? []).map(({ id }) => id) }
        : { do: "delete", part: left },
    againInSeconds: left === "vm" ? firstLook(view) : left === "homeDisk" ? 5 : 2,
    phase,
    notes: {
      [goneNote]: (atOnce.includes(left) ? [...gone, left] : gone).join(" "),
      ...(left === "vm" ? { vmGoes: "yes" } : {}),
    },
  };
}

/** The VM is there again, and has the home disk: it goes once more, and what was true of the disk before is no longer. */
const comesBack = (gone: readonly string[], phase: Phase): Step => ({
  waitSeconds: 0,
  phase,
  notes: { [goneNote]: gone.filter((part) => part !== "vm").join(" "), vmGoes: "", verified: "" },
});

/** Whether it is on record as this VM's, which may be gone. */
export const isHeldBy = (disk: HomeDiskTruth | undefined, vm: string): boolean =>
  disk?.heldBy?.toLowerCase().endsWith(`/${vm}`) ?? false;

/** Says on the home disk whose it is, and since when it is kept without a VM. */
export function tagging({ truth, member, operation }: View): Step | undefined {
  if (!truth.homeDisk || truth.homeDisk.tags["keptSince"] === operation.startedAt) return undefined;
  const tags = { owner: member.objectId, keptSince: operation.startedAt };
  return { act: { do: "tagHomeDisk", tags }, againInSeconds: 1, phase: "deleting" };
}

/** The same for the record. */
export const keptDisk = ({ homeDisk }: Truth, now: Date): Instance["homeDisk"] =>
  homeDisk && {
    sizeGb: homeDisk.sizeGb,
    sku: homeDisk.sku,
    keptSince: homeDisk.tags["keptSince"] ?? now.toISOString(),
  };
