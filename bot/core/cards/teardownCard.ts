import type { Card } from "../card.ts";
import type { CardView } from "../operation.ts";
import { homeDiskPricePhrase } from "../price.ts";
import { absentButtons, retryButton, statusButton } from "./connect.ts";
import { phaseSentence, reference, stopped } from "./operationCards.ts";

export function teardownCard(view: CardView): Card {
  const { operation, instance, price } = view;
  // An admin who ends what a leaver has left is told of theirs.
  const whose = view.member.status === "active" ? "Your" : `${view.member.name}’s`;
  const clearing = operation.input.deleteHomeDisk === "unmounted";
  switch (operation.status) {
    case "running":
      return {
        title: clearing ? "Clearing up" : `Tearing down ${whose === "Your" ? "your" : whose} OpenClaw`,
        tone: "working",
        text: phaseSentence(operation.phase),
      };
    case "succeeded":
      return {
        title: clearing ? "All cleared up" : `${whose} OpenClaw is gone`,
        tone: "good",
        text: instance.homeDisk
          ? `${whose} home disk (${instance.homeDisk.sizeGb} GB) is kept${price ? ` and costs ${homeDiskPricePhrase(price)}` : ""}. ${whose === "Your" ? "Your next request brings it back" : "It is tagged with its owner and the date"}.`
          : "Nothing of it is left, and nothing of it costs anything.",
        buttons: whose === "Your" ? absentButtons(instance) : [],
      };
    case "failed":
    case "cancelled":
    case "superseded":
      return {
        title: "The teardown did not finish",
        tone: "bad",
        text: stopped(view),
        buttons: whose === "Your" ? [retryButton(instance), statusButton(instance)] : [],
        footer: reference(operation),
      };
  }
}
