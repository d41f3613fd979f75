import { openNow, type View } from "../core/operation.ts";
import { widest } from "./ranges.ts";

/** Whether two lists hold the same, in whatever order. */
export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item));

/** Whether a VM that is stopped has to be closed: it is open for somebody, and not for everybody by the team's choice. */
export const mustClose = ({ truth, settings }: View): boolean =>
  settings.networkPolicy === "locked" && (truth.networkSecurityGroup?.sshFrom.length ?? 0) > 0;

/** Who shall reach SSH: the addresses on record, as Azure takes them, and everybody where the team is open and the template's rule is still there. */
export function sshWanted({ truth, instance, settings, now }: View): readonly string[] {
  const open = widest(openNow(instance, now).map(({ address }) => address));
  const everybody =
    settings.networkPolicy === "open" && truth.networkSecurityGroup?.sshFrom.includes("*") === true;
  return everybody ? [...open, "*"] : open;
}
