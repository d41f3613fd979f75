import { type Card, moment } from "../card.ts";
import type { CardView } from "../operation.ts";
import { instanceButtons, openNow, sshCommand } from "./connect.ts";
import { answered } from "./operationCards.ts";

/** What became of opening or closing SSH. */
export function accessCard(view: CardView): Card {
  const { operation, instance, member } = view;
  const { address } = operation.input;
  if (operation.status !== "succeeded" && operation.status !== "running")
    return answered(view, { running: "", succeeded: "", failed: "SSH access could not be changed" });
  const open = openNow(instance, new Date(operation.startedAt));
  const entry = open.find((access) => access.address === address);
  if (address && entry)
    return {
      title: operation.status === "running" ? `Opening SSH for ${address}` : `SSH is open for ${address}`,
      tone: operation.status === "running" ? "working" : "good",
      text: `Until ${moment(entry.until)}. It closes by itself then.`,
      sections: [{ text: "Log in:", code: sshCommand(member.key, instance) }],
      buttons: instanceButtons(instance).filter((button) =>
        ["connect", "check"].includes(button.line.command),
      ),
    };
  return {
    title: operation.status === "running" ? "Closing SSH" : "SSH is closed",
    tone: operation.status === "running" ? "working" : "good",
    text: operation.status === "running" ? undefined : sessionsSentence(operation.notes["sessions"]),
  };
}

const sessionsSentence = (found: string | undefined): string =>
  found === "ended"
    ? "Sessions that were open were ended."
    : found === "stay"
      ? "Sessions that are open now stay until they end: they could not be ended on the VM."
      : "Nobody can reach the VM.";
