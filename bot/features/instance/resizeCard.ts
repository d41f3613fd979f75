import { fitted } from "../../cards/instanceButtons.ts";
import { instanceCard } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import { isRunning } from "../../core/instance.ts";
import type { CardView } from "../../core/operation.ts";
import { joined } from "../../core/text.ts";

/** The progress of a resize and, if it failed, the state of the VM. */
export function resizeCard(view: CardView): Card {
  const { operation, instance } = view;
  const running = isRunning(instance);
  const sized = instance.size === operation.input.size;
  // Once the size is changed, only the start is tried again.
  const seen = sized ? { ...view, operation: { ...operation, name: "start" as const } } : view;
  const card = instanceCard(seen, {
    running: "Changing the size of your OpenClaw",
    succeeded: running ? "Your OpenClaw is ready" : "Your OpenClaw is stopped",
    failed: sized ? `Your OpenClaw is ${running ? "not ready" : "stopped"}` : "The size was not changed",
  });
  if (card.tone === "working") return card;
  const text =
    card.tone === "good"
      ? `It has its new size, ${instance.size ?? operation.input.size}.`
      : joined([card.text, state(view)], " ");
  const told = { ...card, text };
  if (operation.fault?.code !== "AgentBusy" || operation.input.size === undefined) return told;
  const options = { size: operation.input.size, force: "true" };
  const line = { command: "resize", options, generation: instance.generation };
  const button = { label: "Resize without waiting", style: "danger", line } as const;
  const others = (card.buttons ?? []).filter(({ style }) => style !== "danger");
  return { ...told, buttons: fitted([...others, button]) };
}

/** What has become of a VM whose resize did not end well. */
function state({ operation, instance }: CardView): string {
  const running = isRunning(instance);
  if (instance.size === operation.input.size) return `It has its new size, ${instance.size}.`;
  return running ? "" : "The VM is stopped now.";
}
