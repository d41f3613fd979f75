import {
  absentButtons,
  brokenButtons,
  connectSections,
  instanceButtons,
  openAddresses,
  retryButton,
  statusButton,
} from "../../cards/connect.ts";
import { instanceFacts, reference, stopped, whatWentWrong } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import { type Backup, type Instance, isOpenToAll, mustLock } from "../../core/instance.ts";
import { type CardView, type OperationRecord, openNow } from "../../core/operation.ts";
import { homeDiskPricePhrase, type Price, pricePhrase, snapshotPricePhrase } from "../../core/price.ts";
import type { Settings } from "../../core/settings.ts";
import { instant, joined, type Words, words } from "../../core/text.ts";

/** The state of an instance and what it costs. */
export function statusCard(view: CardView): Card {
  const { operation, instance, member, settings, price } = view;
  if (operation.status === "failed")
    return {
      title: "I couldn't check the status",
      tone: "bad",
      text: joined(
        [words`${stopped(view)} Last checked ${instant(instance.seenAt)}.`, costSentence(instance, price)],
        "\n\n",
      ),
      facts: instanceFacts(view),
      buttons: [{ ...statusButton(instance), label: "Try again" }],
      footer: reference(operation),
    };
  const now = new Date(operation.startedAt);
  const ready = instance.state === "ready" && operation.status === "succeeded";
  return {
    title: operation.status === "running" ? "Your OpenClaw when last checked" : "Your OpenClaw",
    tone: operation.status === "running" ? "working" : toneFor(instance),
    text: [
      operation.status === "running" ? "Checking Azure now." : undefined,
      whatWentWrong(instance.fault),
      ...changedInAzure(operation, instance),
      costSentence(instance, price),
    ]
      .filter(Boolean)
      .join("\n\n"),
    facts: [
      ...instanceFacts(view),
      ["SSH", sshSentence(instance, settings, now)],
      ...(instance.homeDisk ? [["Home disk", homeDiskSentence(instance.homeDisk)] as const] : []),
      ...(instance.backup ? [["Backup", backupSentence(instance.backup)] as const] : []),
      ["Last checked", instant(instance.seenAt)],
    ],
    sections: ready ? connectSections(member.key, instance, settings, now) : [],
    buttons: buttonsFor(instance),
  };
}

/** Changes made in Azure that are not on record. Addresses are as Azure has them; `*` is any. */
function changedInAzure(
  { notes: { alsoOpen, notOpen, sizeWas } }: OperationRecord,
  { size }: Instance,
): readonly string[] {
  const whom = (addresses: string) => addresses.replace("*", "any address");
  return [
    ...(alsoOpen
      ? [`Someone also opened SSH in Azure for ${whom(alsoOpen)}. Press Close access to close it.`]
      : []),
    ...(notOpen ? [`Someone closed SSH in Azure for ${whom(notOpen)}. Press Connect to open it again.`] : []),
    ...(sizeWas ? [`Someone changed the size in Azure, from ${sizeWas} to ${size}.`] : []),
  ];
}

const toneFor = (instance: Instance): Card["tone"] =>
  instance.state === "ready"
    ? "good"
    : instance.state === "broken" || instance.state === "degraded"
      ? "bad"
      : "info";

function buttonsFor(instance: Instance) {
  if (instance.state === "absent") return absentButtons(instance);
  if (instance.state === "broken") return brokenButtons(instance);
  const failed = instance.last?.outcome === "failed";
  return [...(failed ? [retryButton(instance)] : []), ...instanceButtons(instance)];
}

function sshSentence(instance: Instance, settings: Settings, now: Date): Words {
  if (isOpenToAll(instance, settings)) return "open for any address";
  return instance.networkPolicy === "open" && mustLock(instance, settings)
    ? "still open for any address; I'm closing it, as the policy says"
    : openSentence(instance, now);
}

function openSentence(instance: Instance, now: Date): Words {
  const open = openNow(instance, now);
  return open.length === 0 ? "closed" : openAddresses(open);
}

const homeDiskSentence = ({ sizeGb, keptSince }: NonNullable<Instance["homeDisk"]>): Words =>
  keptSince ? words`${sizeGb} GB, kept since ${instant(keptSince)}` : `${sizeGb} GB`;

const backupSentence = ({ sizeGb, createdAt, expires }: Backup): Words =>
  words`${sizeGb} GB, made ${instant(createdAt)}, kept until ${instant(expires)}`;

function costSentence(instance: Instance, price: Price | undefined): string | undefined {
  if (!price) return undefined;
  if (instance.generation) return `It costs ${pricePhrase(price)}.`;
  if (instance.homeDisk)
    return `Your kept home disk costs ${homeDiskPricePhrase(price)}. A new instance would cost ${pricePhrase(price)}.`;
  if (instance.backup)
    return `The snapshot of your home disk costs ${snapshotPricePhrase(instance.backup.sizeGb)}. A new instance would cost ${pricePhrase(price)}.`;
  return `A new instance would cost ${pricePhrase(price)}.`;
}
