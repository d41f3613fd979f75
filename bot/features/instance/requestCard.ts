import { connectSections } from "../../cards/connect.ts";
import {
  absentButtons,
  cancelButton,
  fitted,
  instanceButtons,
  isGone,
  restartButton,
  retryButton,
  retryLabel,
  startButton,
  statusButton,
  teardownButton,
} from "../../cards/instanceButtons.ts";
import { shownAt } from "../../cards/instanceFacts.ts";
import { phaseNow, reference, shownOn, stopped } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import { isRunning } from "../../core/instance.ts";
import type { CardView } from "../../core/operation.ts";
import { homeDiskPricePhrase, pricePhrase } from "../../core/price.ts";
import { joined } from "../../core/text.ts";

const steps = ["queued", "identity", "deploying", "booting", "checking", "ready"] as const;

/** The progress of a build, step by step; at the end, how to connect. */
export function requestCard(view: CardView): Card {
  const { operation, member, instance, settings, price } = view;
  const cost = price ? `It costs ${pricePhrase(price)}.` : undefined;
  const restored =
    operation.pins?.homeDisk === "restore"
      ? `Its home disk comes from the snapshot ${operation.pins.homeDiskSnapshotId?.split("/").at(-1)}.`
      : undefined;
  switch (operation.status) {
    case "running":
      return {
        title: "Building your OpenClaw",
        tone: "working",
        text: joined([progress(operation.phase), phaseNow(view), restored, cost], "\n\n"),
        buttons: [statusButton(instance), cancelButton(instance)],
      };
    case "succeeded":
      return {
        title: "Your OpenClaw is ready",
        tone: "good",
        text: [restored, cost].filter(Boolean).join("\n\n"),
        sections: connectSections(member.key, instance, settings, shownAt(view)),
        buttons: instanceButtons(instance, shownOn(view)),
      };
    case "cancelled":
      return {
        title: "The build was cancelled",
        tone: "info",
        text: clearedUp(view),
        buttons: absentButtons(instance),
      };
    case "superseded":
      return { title: "The build was stopped", tone: "info", text: stopped(view) };
    case "failed":
      return failedCard(view);
  }
}

/** A build that did not succeed. The generation tells whether there is an instance, the state what condition it is in. */
function failedCard(view: CardView): Card {
  const { operation, instance, price } = view;
  const runs = isRunning(instance);
  const isThere = instance.generation !== undefined && instance.state !== "broken";
  if (isThere)
    return {
      title: "Your OpenClaw was not checked",
      tone: "bad",
      text: `${stopped(view)}\n\nYour VM, its disks and its address exist${price ? ` and cost ${pricePhrase(price)}` : ""}. Press ${runs ? "Restart" : "Start"} to find out whether OpenClaw works.`,
      buttons: fitted([
        runs ? restartButton(instance) : startButton(instance),
        retryButton(instance, operation),
        statusButton(instance),
        teardownButton(instance),
      ]),
      footer: reference(operation),
    };
  const nothingToRebuild = operation.name === "rebuild" && instance.generation === undefined;
  return {
    title: "Your OpenClaw was not built",
    tone: "bad",
    text: [stopped(view), leftovers(view)].join("\n\n"),
    buttons: nothingToRebuild
      ? absentButtons(instance)
      : instance.state === "broken"
        ? instanceButtons(instance, shownOn(view))
        : fitted([retryButton(instance, operation), statusButton(instance)]),
    footer: reference(operation),
  };
}

/** What is left and what it costs. The identity and the secret cost nothing and are not mentioned. */
const leftovers = (view: CardView): string =>
  view.instance.state === "broken"
    ? `Parts of it may be left in Azure and cost money. Press ${isGone(view.instance) ? "Rebuild" : retryLabel(view.operation.name)} to build it again, or Clear up to delete them.`
    : clearedUp(view);

/** The same after everything that the build created was deleted again. */
function clearedUp({ instance: { homeDisk }, price }: CardView): string {
  return homeDisk
    ? `Everything it created was deleted except your home disk (${homeDisk.sizeGb} GB), which may contain your data${price ? ` and costs ${homeDiskPricePhrase(price)}` : ""}. Your next request brings it back.`
    : "Nothing that costs money is left in Azure.";
}

function progress(phase: string): string {
  const at = steps.indexOf(phase as (typeof steps)[number]);
  if (at < 0) return "";
  return steps.map((step, i) => `${i < at ? "✓" : i === at ? "▸" : "·"} ${step}`).join("   ");
}
