import { instanceCard } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import { isRunning } from "../../core/instance.ts";
import type { CardView } from "../../core/operation.ts";

/** The progress of a resize and, if it failed, the state of the VM. */
export function resizeCard(view: CardView): Card {
  const { operation, instance } = view;
  const running = isRunning(instance);
  const size = instance.size ?? "its new size";
  const card = instanceCard(view, {
    running: "Changing the size of your OpenClaw",
    succeeded: running ? `Your OpenClaw is ready, with ${size}` : `Your OpenClaw has ${size} and is stopped`,
    failed:
      instance.size === operation.input.size
        ? `Your OpenClaw now has ${instance.size}, but is ${running ? "not ready" : "stopped"}`
        : `The size of your OpenClaw was not changed${running ? "" : ", and it is stopped now"}`,
  });
  if (operation.fault?.code !== "AgentBusy" || operation.input.size === undefined) return card;
  const options = { size: operation.input.size, force: "true" };
  const line = { command: "resize", options, generation: instance.generation };
  const button = { label: "Resize without waiting", style: "danger", line } as const;
  return { ...card, buttons: [button, ...(card.buttons ?? [])] };
}
