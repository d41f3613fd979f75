import { reference, stopped } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import { keysIn } from "../../steps/vmAnswers.ts";

/** For the admin who pushes secrets: which keys one OpenClaw has now. Never a value. */
export function reloadCard(view: CardView, said: { readonly output: string } | undefined): Card {
  const { operation, member } = view;
  const whose = `${member.name}’s OpenClaw`;
  if (operation.status === "running")
    return {
      title: `Having ${whose} read its keys anew`,
      tone: "working",
      text: "Its VM is asked, which takes some seconds.",
    };
  if (operation.notes["off"])
    return { title: `${whose} does not run`, tone: "info", text: "It reads its keys at its next start." };
  const keys = keysIn(said?.output ?? "");
  if (operation.status === "succeeded" && keys)
    return {
      title: `${whose} has read its keys anew`,
      tone: keys.note ? "bad" : "good",
      text: keys.note || undefined,
      facts: [["Keys", keys.names.join(", ") || "none"]],
    };
  return {
    title: `${whose} could not read its keys anew`,
    tone: "bad",
    text: stopped(view),
    footer: reference(operation),
  };
}
