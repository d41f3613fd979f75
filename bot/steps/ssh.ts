import { openNow, type View } from "../core/operation.ts";
import { widest } from "./ranges.ts";

/** Whether two lists hold the same items in any order. */
export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item));

/** Whether SSH of a stopped VM has to be closed: it is open for someone, and the policy does not open it for everyone. */
export const mustClose = ({ truth, settings }: View): boolean =>
  settings.networkPolicy === "locked" && (truth.networkSecurityGroup?.sshFrom.length ?? 0) > 0;

/** The addresses that may reach SSH: those on record, in Azure's form, and all if the policy says so and the template's rule still exists. */
export function sshWanted({ truth, instance, settings, now }: View): readonly string[] {
  const open = widest(openNow(instance, now).map(({ address }) => address));
  const everybody =
    settings.networkPolicy === "open" && truth.networkSecurityGroup?.sshFrom.includes("*") === true;
  return everybody ? [...open, "*"] : open;
}
