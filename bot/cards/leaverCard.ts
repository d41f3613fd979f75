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
import { reference } from "./operationCards.ts";

/** Asks the admins nothing: it says what is left, and offers to end it sooner. */
export function leaverCard(leaver: {
  readonly member: Member;
  readonly generation: string;
  readonly truth: Truth;
  /** Whether there is more than a home disk that was used. */
  readonly left: boolean;
  /** By id: what they may still do in Azure. */
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
      ? words`Their instance is stopped and closed, and nobody can log in. Unless you do something it is kept until ${until} and torn down then; a snapshot of the home disk is kept for ${settings.backupDays} days after that.`
      : left
        ? words`Parts of an instance are left that nobody can log in to. Unless you do something they are deleted on ${until}.`
        : truth.homeDisk
          ? words`They have no instance any more. Unless you do something their home disk is kept until ${until} and deleted then; a snapshot of it is kept for ${settings.backupDays} days after that.`
          : "They have no instance.",
    sections: roles.map((id) => ({
      text: "Somebody gave them a role that is not the bot's to take away. Take it away yourselves:",
      code: `az role assignment delete --ids ${id}`,
    })),
    facts: [
      ...(hasAny ? [["Instance", namesOf(member.key).vm] as const] : []),
      ...(truth.homeDisk ? [["Home disk", `${truth.homeDisk.sizeGb} GB`] as const] : []),
    ],
    buttons: left || truth.homeDisk ? [leaverButton(member, left ? generation : undefined)] : [],
  };
}

/** Asks before what somebody who has left had is torn down. */
export const leaverButton = ({ key }: Member, generation: string | undefined): Button => ({
  label: "Tear down",
  style: "danger",
  line: { command: "leaver teardown", options: { key }, generation: generation ?? noGeneration },
});

/** Says that somebody may still have access, and why. */
export const blockedCard = (member: Member, operation: OperationRecord, fault: Fault): Card => ({
  title: `Azure refuses to close the access of ${member.name}`,
  tone: "bad",
  text: `${sentenceFor(fault)} They are off the roster, but may still reach their VM. It is tried again every minute.`,
  facts: [
    ["Azure's code", fault.code],
    ["Azure's words", fault.detail],
    ["Instance", namesOf(member.key).vm],
  ],
  footer: reference({ ...operation, fault }),
});
