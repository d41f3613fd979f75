import type { Button, Card } from "../core/card.ts";
import type { Truth } from "../core/cloud.ts";
import type { Fault } from "../core/errors.ts";
import { noGeneration } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { namesOf } from "../core/names.ts";
import type { OperationRecord } from "../core/operation.ts";
import type { Settings } from "../core/settings.ts";
import { instant, words } from "../core/text.ts";
import { sentenceFor } from "./faultSentences.ts";
import { ownReference } from "./operationCards.ts";

/** For the admins: what a leaver has left, with a button to tear it down sooner. No answer is needed. */
export function leaverCard(leaver: {
  readonly member: Member;
  readonly generation: string;
  readonly truth: Truth;
  /** Whether more is left than a home disk that was used. */
  readonly left: boolean;
  /** Ids of the role assignments that they still have in Azure. */
  readonly roles: readonly string[];
  readonly settings: Pick<Settings, "backupDays">;
  readonly keptUntil: Date;
}): Card {
  const { member, generation, truth, left, roles, settings } = leaver;
  const until = instant(leaver.keptUntil);
  const hasAny = left || truth.homeDisk !== undefined;
  return {
    title: `${member.name} is off the roster`,
    tone: "info",
    text: truth.vm
      ? words`Their instance is stopped and closed, and nobody can sign in. Unless you tear it down sooner, I'll keep it until ${until} and then tear it down. I'll keep a snapshot of the home disk for ${settings.backupDays} days after that.`
      : left
        ? words`Parts of an instance are left, and nobody can sign in to them. Unless you tear them down sooner, I'll delete them on ${until}.`
        : truth.homeDisk
          ? words`They no longer have an instance. Unless you tear it down sooner, I'll keep their home disk until ${until} and then delete it. I'll keep a snapshot of it for ${settings.backupDays} days after that.`
          : "They have no instance.",
    sections: roles.map((id) => ({
      text: "Someone gave them a role that I'm not allowed to remove. Remove it yourself:",
      code: `az role assignment delete --ids ${id}`,
    })),
    facts: [
      ...(hasAny ? [["Instance", namesOf(member.key).vm] as const] : []),
      ...(truth.homeDisk ? [["Home disk", `${truth.homeDisk.sizeGb} GB`] as const] : []),
    ],
    buttons: left || truth.homeDisk ? [leaverButton(member, left ? generation : undefined)] : [],
  };
}

/** Asks for confirmation, then tears down what a leaver has left. */
export const leaverButton = ({ key }: Member, generation: string | undefined): Button => ({
  label: "Tear down",
  style: "danger",
  line: { command: "leaver teardown", options: { key }, generation: generation ?? noGeneration },
});

/** Adds a member who was just removed, as they were. */
export const putBackButton = (key: string, removal: string): Button => ({
  label: "Put back",
  line: { command: "roster put-back", options: { key, of: removal } },
  once: true,
});

export const putBackFooter = "“Put back” works for a day.";

/** For the admins: someone may still have access, and why. */
export const blockedCard = (
  member: Member,
  operation: OperationRecord,
  fault: Fault,
  hasVm: boolean,
): Card => ({
  title: `Azure refuses to close ${member.name}’s access`,
  tone: "bad",
  text: `${sentenceFor(fault)} They are off the roster, but may still ${hasVm ? "reach their VM" : "have roles in Azure"}. I'll try again every minute.`,
  facts: [
    ["Azure's code", fault.code],
    ["Azure's words", fault.detail],
    ...(hasVm ? [["Instance", namesOf(member.key).vm] as const] : []),
  ],
  footer: ownReference({ ...operation, fault }),
});
