import { buttonsTo, retryButton, statusButton } from "../../cards/connect.ts";
import { reference, stopped } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import { isRunning } from "../../core/instance.ts";
import type { CardView } from "../../core/operation.ts";
import { requestCard } from "./requestCard.ts";

/** How a rebuild goes: as a build does, but that it may end before anything was changed. */
export function rebuildCard(view: CardView): Card {
  const { operation, instance } = view;
  if (operation.status === "running")
    return { ...requestCard(view), title: "Rebuilding your OpenClaw", buttons: [statusButton(instance)] };
  const { state } = instance;
  // Once it has pinned what it builds, the VM of before is gone.
  if (operation.status !== "failed" || operation.pins || state === "broken" || state === "absent")
    return requestCard(view);
  const line = { command: "rebuild", options: { force: "true" }, generation: instance.generation };
  return {
    title: "Your OpenClaw was not rebuilt",
    tone: "bad",
    text: `${stopped(view)} You still have your VM${isRunning(instance) ? "" : "; it is stopped now"}.`,
    buttons: [
      retryButton(instance, operation.id),
      ...(operation.fault?.code === "AgentBusy"
        ? [{ label: "Rebuild without waiting", style: "danger", line } as const]
        : []),
      ...buttonsTo(
        instance,
        "start",
        "status",
        ...(operation.fault?.code === "HomeDiskGone" ? ["teardown"] : []),
      ),
    ],
    footer: reference(operation),
  };
}
