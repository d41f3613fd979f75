import { sentenceFor } from "../cards/faultSentences.ts";
import type { Card } from "../core/card.ts";
import type { Fault } from "../core/errors.ts";
import type { Member } from "../core/member.ts";
import { namesOf } from "../core/names.ts";

/** For the admins: an instance still runs with an older configuration. */
export const unconfiguredCard = (member: Member, fault: Fault): Card => ({
  title: `${member.name}’s OpenClaw did not accept the team configuration`,
  tone: "bad",
  text: `${sentenceFor(fault)} It keeps running with the one it had.`,
  facts: [
    ["Instance", namesOf(member.key).vm],
    ["OpenClaw's words", fault.detail],
  ],
  footer: `Reference ${fault.correlation}`,
});
