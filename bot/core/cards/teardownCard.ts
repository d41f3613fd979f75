import type { Card } from "../card.ts";
import type { CardView } from "../operation.ts";
import { homeDiskPricePhrase } from "../price.ts";
import { requestButton, retryButton, statusButton } from "./connect.ts";
import { phaseSentence, reference, stopped } from "./operationCards.ts";

export function teardownCard(view: CardView): Card {
  const { operation, instance, price } = view;
  const clearing = operation.input.deleteHomeDisk === "unmounted";
  switch (operation.status) {
    case "running":
      return {
        title: clearing ? "Clearing up" : "Tearing down your OpenClaw",
        tone: "working",
        text: phaseSentence(operation.phase),
      };
    case "succeeded":
      return {
        title: clearing ? "All cleared up" : "Your OpenClaw is gone",
        tone: "good",
        text: instance.homeDisk
          ? `Your home disk (${instance.homeDisk.sizeGb} GB) is kept${price ? ` and costs ${homeDiskPricePhrase(price)}` : ""}. Your next request brings it back.`
          : "Nothing of it is left, and nothing of it costs anything.",
        buttons: [requestButton],
      };
    case "failed":
    case "cancelled":
    case "superseded":
      return {
        title: "The teardown did not finish",
        tone: "bad",
        text: stopped(view),
        buttons: [retryButton(instance), statusButton(instance)],
        footer: reference(operation),
      };
  }
}
