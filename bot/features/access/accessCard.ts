import { sshCommand } from "../../cards/connect.ts";
import { instanceButtons, statusButton } from "../../cards/instanceButtons.ts";
import { instanceFacts, shownAt } from "../../cards/instanceFacts.ts";
import { answered, ownReference, shownOn } from "../../cards/operationCards.ts";
import { noButton } from "../../commands/confirmation.ts";
import type { Button, Card, CommandLine } from "../../core/card.ts";
import type { Fault } from "../../core/errors.ts";
import type { Access } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import { namesOf } from "../../core/names.ts";
import { type CardView, type OperationRecord, openNow } from "../../core/operation.ts";
import { instant, words } from "../../core/text.ts";
import { covers } from "../../steps/ranges.ts";
import { linkMinutes } from "./link.ts";

/** The progress and the result of opening or closing SSH. */
export function accessCard(view: CardView): Card {
  const { operation, instance, member } = view;
  const { address } = operation.input;
  if (operation.status !== "succeeded" && operation.status !== "running")
    return {
      ...answered(view, { running: "", succeeded: "", failed: "SSH access could not be changed" }),
      buttons: [tryAgain(instance.generation, address), statusButton(instance)],
    };
  const open = openNow(instance, new Date(operation.startedAt));
  const facts = operation.status === "running" ? [] : instanceFacts(view, shownAt(view));
  const buttons = instanceButtons(instance, shownOn(view));
  const stopped = instance.state === "stopped";
  const entry = address === undefined ? undefined : entryFor(open, address);
  if (address && entry)
    return {
      title: operation.status === "running" ? `Opening SSH for ${address}` : `SSH is open for ${address}`,
      tone: operation.status === "running" ? "working" : "good",
      text: words`Until ${instant(entry.until)}; then it closes by itself.${stopped ? " Your VM is stopped: press Start before you sign in." : ""}`,
      sections: [{ text: "Sign in:", code: sshCommand(member.key, instance) }],
      facts,
      buttons,
    };
  const addresses = open.map((each) => each.address).join(", ");
  // Opened while this was closing.
  if (operation.status === "succeeded" && addresses !== "")
    return {
      title: `SSH is still open for ${addresses}`,
      tone: "good",
      text: operation.notes["sessions"] && sessionsSentence(operation.notes["sessions"]),
      facts,
      buttons,
    };
  return {
    title: operation.status === "running" ? "Closing SSH" : "SSH is closed",
    tone: operation.status === "running" ? "working" : "good",
    text: operation.status === "running" ? undefined : sessionsSentence(operation.notes["sessions"]),
    facts,
    buttons,
  };
}

/** An address may have been replaced by a range opened in the meantime that includes it. */
const entryFor = (open: readonly Access[], address: string): Access | undefined =>
  open.find((access) => access.address === address) ?? open.find((access) => covers(access.address, address));

/** Opens the form that asks for the address. */
export const typeAddressButton = (generation: string | undefined): Button => ({
  label: "Type an address",
  line: { command: "open-access", options: { typed: "true" }, generation },
});

/** The answer to a member who asks for access without an address. */
export const linkCard = (url: string, generation: string): Card => ({
  title: "Open the link on the device you'll sign in from",
  tone: "info",
  text: `It shows the address you come from, and opens nothing: I'll ask you here first. It works once, for ${linkMinutes} minutes.`,
  link: { label: "Find my address", url },
  buttons: [typeAddressButton(generation)],
});

/** The answer when the call is repeated: the link itself is stored nowhere. */
export const spentLinkCard = (generation: string): Card => ({
  title: "You already have a link",
  tone: "info",
  text: "It was shown once. For a new one, press Ask again.",
  buttons: [
    { label: "Ask again", line: { command: "open-access", options: {}, generation } },
    typeAddressButton(generation),
  ],
});

/** The question after someone used the link, before anything is opened. `of`: the partition in which it lies. */
export const proposalCard = (
  line: CommandLine & { readonly options: { readonly confirmed: string } },
  address: string,
  until: Date,
  of: string,
): Card => ({
  title: `Open SSH for ${address}?`,
  tone: "info",
  text: words`Your link was opened from this address. SSH would stay open until ${instant(until)}. If this isn't your address, usually because of a VPN or a proxy, press Type an address. Whoever pressed the button on that page could only ask.`,
  buttons: [
    { label: "Yes, open it", style: "primary", line, once: true },
    typeAddressButton(line.generation),
    noButton("Keep it closed", of, line.options.confirmed),
  ],
  footer: `“Yes, open it” works once, only for you, for ${linkMinutes} minutes.`,
});

/** For the admins: SSH access that should be closed is still open. `blind`: Azure can't be read, so it may never have been opened. */
export const openCard = (member: Member, operation: OperationRecord, fault: Fault, blind = false): Card => ({
  title: blind ? `${member.name}’s SSH access may be open` : `I can't close ${member.name}’s SSH access yet`,
  tone: "bad",
  text: blind
    ? "I can't read the network rule in Azure, so SSH may still be open. I'll try again every minute."
    : "It stays open in Azure until this works. I'll try again every minute.",
  facts: [
    ["Azure's code", fault.code],
    ["Azure's words", fault.detail],
    ["Instance", namesOf(member.key).vm],
  ],
  footer: ownReference({ ...operation, fault }),
});

/** `retry` is for operations that hold the whole instance; this repeats the command. */
const tryAgain = (generation: string | undefined, address: string | undefined): Button => ({
  label: address ? "Try to open it again" : "Try to close it again",
  style: "primary",
  line: address
    ? { command: "open-access", options: { address }, generation }
    : { command: "close-access", options: {}, generation },
});

const sessionsSentence = (found: string | undefined): string =>
  found === "ended"
    ? "Open sessions were ended."
    : found === "stay"
      ? "Open sessions could not be ended on the VM. They stay until they end by themselves."
      : "Nobody can reach the VM.";
