import type { Action, Truth } from "../core/cloud.ts";
import type { Instance } from "../core/instance.ts";
import type { Step, View } from "../core/operation.ts";

/** What becomes of the home disk. `unmounted`: deleted only if no VM ever had it. */
type HomeDiskFate = "never" | "unmounted" | "always";

/** What is left of an instance in Azure, in the order in which it has to go. */
export function remains(truth: Truth, homeDisk: HomeDiskFate): readonly Action[] {
  const disk = truth.homeDisk;
  const diskGoes = disk && (homeDisk === "always" || (homeDisk === "unmounted" && !disk.everMounted));
  return [
    ...(truth.logins && truth.logins.length > 0 ? [{ do: "revokeLogins" } as const] : []),
    ...(truth.vm ? [{ do: "delete", part: "vm" } as const] : []),
    ...(truth.nic ? [{ do: "delete", part: "nic" } as const] : []),
    ...(truth.publicIp ? [{ do: "delete", part: "publicIp" } as const] : []),
    ...(truth.networkSecurityGroup ? [{ do: "delete", part: "networkSecurityGroup" } as const] : []),
    ...(truth.osDisk ? [{ do: "delete", part: "osDisk" } as const] : []),
    ...(diskGoes ? [{ do: "delete", part: "homeDisk" } as const] : []),
  ];
}

/** The next step of clearing up; undefined when nothing is left. */
export function clearNext(truth: Truth, homeDisk: HomeDiskFate): Step | undefined {
  const [act] = remains(truth, homeDisk);
  if (!act) return undefined;
  const phase = "deleting";
  if (act.do === "delete" && act.part === "vm" && truth.vm?.provisioning === "deleting")
    return { waitSeconds: 5, watch: ["vm"], phase };
  return { act, againInSeconds: act.do === "delete" && act.part === "vm" ? 5 : 2, phase };
}

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
