import {
  absentButtons,
  backupsButton,
  fitted,
  forceButton,
  retryButton,
  startButton,
  statusButton,
} from "../../cards/instanceButtons.ts";
import { phaseNow, reference, stopped } from "../../cards/operationCards.ts";
import { vaultSections } from "../../cards/vaultLeft.ts";
import type { Card } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import { homeDiskPricePhrase, snapshotPricePhrase } from "../../core/price.ts";
import { instant, type Words, words } from "../../core/text.ts";

export function teardownCard(view: CardView): Card {
  const { operation, instance } = view;
  // An admin who tears down a leaver's instance reads whose it was.
  const own = view.member.status === "active";
  const whose = own ? "Your" : `${view.member.name}’s`;
  // Had anything been deleted, the state would be "broken".
  const isOff = instance.state === "stopped";
  const clearing = operation.input.homeDisk === "keep";
  switch (operation.status) {
    case "running":
      return {
        title: clearing ? "Clearing up" : `Tearing down ${own ? "your" : whose} OpenClaw`,
        tone: "working",
        text: phaseNow(view),
      };
    case "succeeded":
      return {
        title: clearing ? "All cleared up" : `${whose} OpenClaw is deleted`,
        tone: "good",
        text: rest(view, whose, own),
        sections:
          operation.input.homeDisk === "erase"
            ? vaultSections({ ...view, place: instance.place })
            : undefined,
        buttons: own
          ? fitted([
              ...absentButtons(instance),
              ...(instance.backup || operation.input.homeDisk === "erase" ? [] : [backupsButton]),
            ])
          : [],
      };
    case "failed":
    case "cancelled":
    case "superseded":
      return {
        title: "The teardown did not finish",
        tone: "bad",
        text: isOff
          ? `${stopped(view)} ${own ? "Your" : "Their"} VM and all of its disks still exist; the VM is stopped now.`
          : stopped(view),
        buttons: own
          ? fitted([
              ...(isOff ? [startButton(instance)] : []),
              retryButton(instance, operation),
              statusButton(instance),
              ...(operation.fault?.code === "AgentBusy" ? [forceButton(instance)] : []),
            ])
          : [],
        footer: reference(operation),
      };
  }
}

/** What is left, how long it is kept, and what it costs. */
function rest({ operation, instance, price }: CardView, whose: string, own: boolean): Words {
  const { homeDisk, backup } = instance;
  const back = own ? " Your next request brings it back." : "";
  if (homeDisk)
    return `${whose} home disk (${homeDisk.sizeGb} GB) is kept${price ? ` and costs ${homeDiskPricePhrase(price)}` : ""}. ${own ? "Your next request brings it back" : "It is tagged with its owner and the date"}.`;
  if (backup)
    return words`${whose} home disk (${backup.sizeGb} GB) is in the snapshot ${backup.snapshot}, which is kept until ${instant(backup.expires)} and costs ${snapshotPricePhrase(backup.sizeGb)}.${back}`;
  return operation.input.homeDisk === "erase"
    ? "The VM, its disks and all backups are deleted, including any home disk that an admin gave you. Nothing costs money any longer. I overwrote your keys in the vault with an empty value. Your secret stays there, with earlier values of your keys, and so does your identity in Azure, which holds no data. To have them deleted, give these commands to whoever manages the vault."
    : `Nothing that costs money is left, except earlier backups if there are any${own ? ": press Backups to see them and what they cost" : ""}.`;
}
