import { backupsButton, requestButton } from "../../cards/instanceButtons.ts";
import { answered } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import type { Backup } from "../../core/instance.ts";
import type { CardView } from "../../core/operation.ts";
import { snapshotPricePhrase } from "../../core/price.ts";
import { instant } from "../../core/text.ts";

/** The progress and the result of a backup on request. */
export function backupCard(view: CardView): Card {
  const { notes, phase } = view.operation;
  const card = answered(view, {
    running: "Backing up your home disk",
    succeeded: "Your home disk is backed up",
    failed: "The backup did not finish",
  });
  const again = {
    label: "Try the backup again",
    style: "primary",
    line: { command: "backup now", options: {} },
  } as const;
  if (card.tone === "bad") return { ...card, buttons: [again, backupsButton] };
  if (card.tone === "working" || phase === "nothing-new" || !notes["createdAt"]) return card;
  const asItIs =
    notes["running"] === "true"
      ? "The VM was running, so the snapshot is like the disk after a power failure: anything being written at that moment may be missing. "
      : "";
  return {
    ...card,
    text: `${asItIs}It costs ${snapshotPricePhrase(Number(notes["sizeGb"]))}.`,
    facts: [
      ["Made", instant(notes["createdAt"])],
      ["Kept until", instant(notes["expires"] ?? "")],
    ],
    buttons: [backupsButton],
  };
}

/** For a member without an instance: the last copy of their files expires soon. */
export const expiryCard = ({ snapshot, expires }: Pick<Backup, "snapshot" | "expires">): Card => ({
  title: "Your last backup will be deleted soon",
  tone: "bad",
  text: "It is the only copy of your files. To keep them, press Request a new one: they come back with it.",
  facts: [
    ["Kept until", instant(expires)],
    ["Snapshot", snapshot],
  ],
  buttons: [requestButton, backupsButton],
});
