import {
  fitted,
  retryButton,
  startButton,
  statusButton,
  teardownButton,
} from "../../cards/instanceButtons.ts";
import { reference, stopped } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import { isRunning } from "../../core/instance.ts";
import type { CardView } from "../../core/operation.ts";
import { requestCard } from "./requestCard.ts";

/** The card of a rebuild: that of a build, except that a rebuild may fail before it changes anything. */
export function rebuildCard(view: CardView): Card {
  const { operation, instance } = view;
  if (operation.status === "running")
    return { ...requestCard(view), title: "Rebuilding your OpenClaw", buttons: [statusButton(instance)] };
  const { state } = instance;
  // By the time it has pinned what it builds, the old VM is deleted.
  if (operation.status !== "failed" || operation.pins || state === "broken" || state === "absent")
    return requestCard(view);
  const line = { command: "rebuild", options: { force: "true" }, generation: instance.generation };
  return {
    title: "Your OpenClaw was not rebuilt",
    tone: "bad",
    text: `${stopped(view)} You still have your VM${isRunning(instance) ? "" : "; it is stopped now"}.`,
    buttons: fitted([
      retryButton(instance, operation),
      ...(isRunning(instance) ? [] : [startButton(instance)]),
      statusButton(instance),
      ...(operation.fault?.code === "AgentBusy"
        ? [{ label: "Rebuild without waiting", style: "danger", line } as const]
        : operation.fault?.code === "HomeDiskGone"
          ? [teardownButton(instance)]
          : []),
    ]),
    footer: reference(operation),
  };
}
