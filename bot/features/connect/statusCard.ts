import { buttonsAfter, instanceButtons, type Shown, statusButton } from "../../cards/instanceButtons.ts";
import { instanceFacts } from "../../cards/instanceFacts.ts";
import { reference, signIn, stopped, whatWentWrong } from "../../cards/operationCards.ts";
import type { Button, Card } from "../../core/card.ts";
import type { Backup, Instance } from "../../core/instance.ts";
import type { CardView, OperationRecord } from "../../core/operation.ts";
import { homeDiskPricePhrase, type Price, pricePhrase, snapshotPricePhrase } from "../../core/price.ts";
import { instant, joined, type Words, words } from "../../core/text.ts";

/** The state of an instance and what it costs. */
export function statusCard(view: CardView): Card {
  const { operation, instance, price } = view;
  const now = new Date(operation.startedAt);
  if (operation.status === "failed")
    return {
      title: "I couldn't check the status",
      tone: "bad",
      text: joined(
        [words`${stopped(view)} Last checked ${instant(instance.seenAt)}.`, costSentence(instance, price)],
        "\n\n",
      ),
      facts: instanceFacts(view, now),
      buttons: [{ ...statusButton(instance), label: "Check again" }],
      footer: reference(operation),
    };
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
      ...instanceFacts(view, now),
      ...(instance.homeDisk ? [["Home disk", homeDiskSentence(instance.homeDisk)] as const] : []),
      ...(instance.backup ? [["Backup", backupSentence(instance.backup)] as const] : []),
      ["Last checked", instant(instance.seenAt)],
    ],
    sections: ready ? signIn(view) : [],
    buttons: buttonsFor(view, now),
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
    ...(notOpen
      ? [`Someone closed SSH in Azure for ${whom(notOpen)}. Press How to connect to open it again.`]
      : []),
    ...(sizeWas ? [`Someone changed the size in Azure, from ${sizeWas} to ${size}.`] : []),
  ];
}

const toneFor = (instance: Instance): Card["tone"] =>
  instance.state === "ready"
    ? "good"
    : instance.state === "broken" || instance.state === "degraded"
      ? "bad"
      : "info";

function buttonsFor({ operation, instance, settings }: CardView, now: Date): readonly Button[] {
  const shown: Shown = { now, settings, alsoOpen: operation.notes["alsoOpen"] !== undefined };
  const { last, state } = instance;
  const failed = last?.outcome === "failed" && state !== "absent";
  return failed
    ? buttonsAfter({ id: last.operation, name: last.name }, instance, shown)
    : instanceButtons(instance, shown);
}

const homeDiskSentence = ({ sizeGb, keptSince }: NonNullable<Instance["homeDisk"]>): Words =>
  keptSince ? words`${sizeGb} GB, kept since ${instant(keptSince)}` : `${sizeGb} GB`;

const backupSentence = ({ sizeGb, createdAt, expires }: Backup): Words =>
  words`${sizeGb} GB, made ${instant(createdAt)}, kept until ${instant(expires)}`;

/** What an instance costs that there is not yet. What one costs that is there is among the facts. */
function costSentence(instance: Instance, price: Price | undefined): string | undefined {
  if (!price || instance.generation) return undefined;
  const anew = `A new instance would cost ${pricePhrase(price)}.`;
  if (instance.homeDisk) return `Your kept home disk costs ${homeDiskPricePhrase(price)}. ${anew}`;
  if (instance.backup)
    return `The snapshot of your home disk costs ${snapshotPricePhrase(instance.backup.sizeGb)}. ${anew}`;
  return anew;
}
