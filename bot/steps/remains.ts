import type { HomeDiskTruth, Truth } from "../core/cloud.ts";
import type { Instance } from "../core/instance.ts";
import { namesOf } from "../core/names.ts";
import type { OperationRecord, Phase, Step, View } from "../core/operation.ts";
import { firstLook, nextLook } from "./waiting.ts";

/** When the home disk is deleted. `unmounted`: only if no VM ever used it. */
type HomeDiskFate = "never" | "unmounted" | "always";

/** Whether anything is left of an instance in Azure. */
export const isLeft = (truth: Truth, homeDisk: HomeDiskFate): boolean =>
  parts.some((part) => isThere(truth, part, homeDisk));

/** In the order in which they have to be deleted. */
const parts = ["logins", "vm", "nic", "publicIp", "networkSecurityGroup", "osDisk", "homeDisk"] as const;
type Part = (typeof parts)[number];

function isThere(truth: Truth, part: Part, fate: HomeDiskFate): boolean {
  if (part === "logins") return (truth.logins ?? []).length > 0;
  if (part !== "homeDisk") return truth[part] !== undefined;
  if (fate === "never" || !truth.homeDisk) return false;
  return fate === "always" || !truth.homeDisk.everMounted;
}

/** Notes which parts this operation has seen deleted, so that each is read again only at the end. */
const goneNote = "gone";

/** Azure confirms the deletion of these at once. */
const atOnce: readonly Part[] = ["logins", "networkSecurityGroup"];

const goneIn = ({ notes }: OperationRecord): readonly string[] =>
  (notes[goneNote] ?? "").split(" ").filter((part) => part !== "");

/** Whether the operation deleted the VM and has seen that it no longer exists. */
export const hasDeletedVm = ({ operation, truth }: View): boolean =>
  goneIn(operation).includes("vm") || (!!operation.notes["vmGoes"] && !truth.vm);

/** Waits while Azure deletes the VM; one call a look is enough. */
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
  // Azure deletes these with their VM, unless it says that one of them is in the way.
  const withVm = operation.notes["vmGoes"] && !operation.refusal ? ["nic", "publicIp", "osDisk"] : [];
  const open = parts.filter((part) => ![...before, ...withVm].includes(part));
  const at = open.findIndex((part) => isThere(truth, part, fate));
  // Azure has already confirmed for each role that it is revoked.
  const left = at >= 0 ? open[at] : parts.find((part) => part !== "logins" && isThere(truth, part, fate));
  if (left === undefined) return undefined;
  const gone = [...before, ...(at >= 0 ? open.slice(0, at) : [])];
  if (left === "vm" && truth.vm?.provisioning === "deleting")
    return { waitSeconds: nextLook(view, phase), phase };
  // Azure takes a while to detach the disk from a deleted VM, and refuses to delete it until then.
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

/** The VM exists again and uses the home disk: delete it again, and verify the disk's snapshot anew. */
const comesBack = (gone: readonly string[], phase: Phase): Step => ({
  waitSeconds: 0,
  phase,
  notes: { [goneNote]: gone.filter((part) => part !== "vm").join(" "), vmGoes: "", verified: "" },
});

/** Whether Azure lists the disk as attached to this VM, which may no longer exist. */
export const isHeldBy = (disk: HomeDiskTruth | undefined, vm: string): boolean =>
  disk?.heldBy?.toLowerCase().endsWith(`/${vm}`) ?? false;

/** Tags the home disk with its owner and with the time since when it is kept without a VM. */
export function tagging({ truth, member, operation }: View): Step | undefined {
  if (!truth.homeDisk || truth.homeDisk.tags["keptSince"] === operation.startedAt) return undefined;
  const tags = { owner: member.objectId, keptSince: operation.startedAt };
  return { act: { do: "tagHomeDisk", tags }, againInSeconds: 1, phase: "deleting" };
}

/** The kept home disk, for the record. */
export const keptDisk = ({ homeDisk }: Truth, now: Date): Instance["homeDisk"] =>
  homeDisk && {
    sizeGb: homeDisk.sizeGb,
    sku: homeDisk.sku,
    keptSince: homeDisk.tags["keptSince"] ?? now.toISOString(),
  };
