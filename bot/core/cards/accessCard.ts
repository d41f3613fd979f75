import { type Button, type Card, moment } from "../card.ts";
import type { Fault } from "../fault.ts";
import type { Member } from "../member.ts";
import { namesOf } from "../names.ts";
import type { CardView, OperationRecord } from "../operation.ts";
import { buttonsTo, openNow, sshCommand } from "./connect.ts";
import { answered, reference } from "./operationCards.ts";

/** What became of opening or closing SSH. */
export function accessCard(view: CardView): Card {
  const { operation, instance, member } = view;
  const { address } = operation.input;
  if (operation.status !== "succeeded" && operation.status !== "running")
    return {
      ...answered(view, { running: "", succeeded: "", failed: "SSH access could not be changed" }),
      buttons: [tryAgain(instance.generation, address)],
    };
  const open = openNow(instance, new Date(operation.startedAt));
  const stopped = instance.state === "stopped";
  const entry = open.find((access) => access.address === address);
  if (address && entry)
    return {
      title: operation.status === "running" ? `Opening SSH for ${address}` : `SSH is open for ${address}`,
      tone: operation.status === "running" ? "working" : "good",
      text: `Until ${moment(entry.until)}. It closes by itself then.${stopped ? " Your VM is stopped: press Start before you log in." : ""}`,
      sections: [{ text: "Log in:", code: sshCommand(member.key, instance) }],
      buttons: buttonsTo(instance, "close-access", "connect", "check", ...(stopped ? ["start"] : [])),
    };
  return {
    title: operation.status === "running" ? "Closing SSH" : "SSH is closed",
    tone: operation.status === "running" ? "working" : "good",
    text: operation.status === "running" ? undefined : sessionsSentence(operation.notes["sessions"]),
  };
}

/** For the admins: what should be closed is still open. */
export const openCard = (member: Member, operation: OperationRecord, fault: Fault): Card => ({
  title: `SSH of ${member.name} could not be closed yet`,
  tone: "bad",
  text: "It stays open in Azure until this works. It is tried again every minute.",
  facts: [
    ["Azure's code", fault.code],
    ["Azure's words", fault.detail],
    ["Instance", namesOf(member.key).vm],
  ],
  footer: reference({ ...operation, fault }),
});

/** `retry` is for what holds the whole instance; this just says the same once more. */
const tryAgain = (generation: string | undefined, address: string | undefined): Button => ({
  label: "Try again",
  style: "primary",
  line: address
    ? { command: "open-access", options: { address }, generation }
    : { command: "close-access", options: {}, generation },
});

const sessionsSentence = (found: string | undefined): string =>
  found === "ended"
    ? "Sessions that were open were ended."
    : found === "stay"
      ? "Sessions that are open now stay until they end: they could not be ended on the VM."
      : "Nobody can reach the VM.";
