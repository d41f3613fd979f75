import { brokenButtons, buttonsTo, isGone, rebuildButton } from "../../cards/connect.ts";
import { reference, stopped } from "../../cards/operationCards.ts";
import type { Card, CommandLine } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";

/** What is shown of a script on the VM that has said nothing: yet, or because it could not run. */
export function unheard(view: CardView, title: string, line: CommandLine): Card {
  const { operation, instance } = view;
  if (operation.status === "running")
    return { title, tone: "working", text: "Your VM is asked, which takes some seconds." };
  if (operation.notes["off"] && instance.state === "broken")
    return {
      title: "Your VM does not run, so it can't be asked",
      tone: "bad",
      text: "It is broken: what was begun last did not end.",
      buttons: [...brokenButtons(instance), ...buttonsTo(instance, "status")],
    };
  if (operation.notes["off"])
    return {
      title: "Your VM does not run, so it can't be asked",
      tone: "info",
      text: "Start it first.",
      buttons: buttonsTo(instance, "start", "status"),
    };
  return {
    title: "Your VM could not be asked",
    tone: "bad",
    text: stopped(view),
    buttons: isGone(operation)
      ? [rebuildButton(instance), ...buttonsTo(instance, "status", "teardown")]
      : [{ label: "Try again", style: "primary", line }, ...buttonsTo(instance, "status")],
    footer: reference(operation),
  };
}
