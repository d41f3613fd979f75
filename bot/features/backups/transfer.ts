import { lastOfLeaver } from "../../cards/vaultLeft.ts";
import type { Fault } from "../../core/errors.ts";
import { memberKey, namesOf } from "../../core/names.ts";
import type { Operation, Step, View } from "../../core/operation.ts";
import { isBack, ownerIsBack } from "../../steps/back.ts";
import { expiryOf, newestOwn } from "../../steps/backups.ts";
import { deadlinePassed, overdue } from "../../steps/overdue.ts";
import { nothingDeleted, secureHomeDisk, snapshotMade } from "../../steps/snapshot.ts";
import { heirCard, transferCard } from "./transferCard.ts";

/** Gives a leaver's home disk to another member as a snapshot: a new one, or the newest if the disk no longer exists. */
export const transfer: Operation = {
  name: "transfer",
  exclusive: true,
  deadlineSeconds: 40 * 60,
  forLeavers: true,
  quiet: true,
  look: (operation, { member }) => ({
    snapshot: operation.notes["taken"] ?? snapshotMade(operation, member),
  }),
  next(view) {
    const { truth, operation, settings } = view;
    const { heir } = operation.input;
    if (view.fault) return nothingDeleted(view, view.fault);
    if (overdue(transfer, view)) return nothingDeleted(view, deadlinePassed(view));
    if (!heir) return nothingDeleted(view, nothingLeft(view));
    const owner = { key: memberKey(heir.objectId), objectId: heir.objectId };
    const taken = operation.notes["taken"];
    if (isBack(view)) return takenBack(view, owner.key);
    if (taken === undefined && truth.homeDisk?.everMounted)
      return secureHomeDisk(view, { kind: "transfer", owner, force: true }) ?? given(view);
    if (taken === undefined) {
      const newest = newestOwn(truth.snapshots ?? []);
      // Noted before it is given away, because afterwards it is no longer among the leaver's snapshots.
      return newest
        ? { waitSeconds: 0, phase: "snapshot", notes: { taken: newest.name } }
        : nothingDeleted(view, nothingLeft(view));
    }
    if (!truth.snapshot) return nothingDeleted(view, nothingLeft(view));
    if (truth.snapshot.tags["key"] === owner.key) return given(view);
    const expires = expiryOf(new Date(operation.startedAt), settings);
    return { act: { do: "giveSnapshot", name: taken, owner, expires }, againInSeconds: 2, phase: "snapshot" };
  },
  card: transferCard,
};

/** What was given stays given. A copy made for it is deleted with it, because it was the heir's from the start. */
function takenBack(view: View, heir: string): Step {
  const { snapshot } = view.truth;
  if (snapshot?.tags["key"] !== heir) return nothingDeleted(view, ownerIsBack(view));
  return view.operation.notes["taken"] === undefined
    ? { act: { do: "deleteSnapshot", name: snapshot.name }, againInSeconds: 3, phase: "snapshot" }
    : given(view);
}

const given = ({ truth, operation, instance, member, settings }: View): Step => ({
  finish: "succeeded",
  // Everything they had now belongs to someone else, so no later deletion of a snapshot will send this card.
  tellAdmins: lastOfLeaver({ member, instance, truth, settings }),
  tellOther: operation.input.heir && {
    member: memberKey(operation.input.heir.objectId),
    card: heirCard(member, truth.snapshot?.tags["expires"] ?? ""),
  },
  notes: {
    snapshot: truth.snapshot?.name ?? "",
    createdAt: truth.snapshot?.createdAt ?? "",
    expires: truth.snapshot?.tags["expires"] ?? "",
  },
  instance: instance.backup?.snapshot === operation.notes["taken"] ? { backup: undefined } : {},
});

const nothingLeft = ({ member, operation }: View): Fault => ({
  code: "NothingToGive",
  detail: `neither the disk ${namesOf(member.key).homeDisk} nor a complete snapshot of it exists in Azure`,
  correlation: operation.id,
});
