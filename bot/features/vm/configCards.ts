import { ownReference } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { TeamConfig } from "../../core/teamConfig.ts";
import { appliedIn } from "../../steps/vmAnswers.ts";
import { forAdmin } from "./scriptCards.ts";

/** For the admins: two of them changed the configuration at the same time. */
export const outdatedConfigCard = ({ by }: Pick<TeamConfig, "by">): Card => ({
  title: `The configuration that ${by} pushed is not the team configuration`,
  tone: "bad",
  text: "Someone else changed the team configuration in the meantime; their version was kept. Instances that accepted this one change at their next start. To keep it, push the patch again.",
});

/** For the admin who tries or pushes the configuration: the result on one instance. */
export const configureCards = forAdmin({
  running: (whose, view) =>
    isTrial(view) ? `Trying the configuration on ${whose}` : `Pushing the configuration to ${whose}`,
  off: (view) =>
    isTrial(view)
      ? "A configuration can only be tried on a running OpenClaw. Nothing was changed."
      : view.operation.input.candidate
        ? "A change becomes part of the team configuration once a running OpenClaw has accepted it. Nothing was changed."
        : "It gets the team configuration at its next start.",
  heard(whose, view, { output }) {
    const { applied, tried, reason } = appliedIn(output);
    if (!applied && !tried)
      return {
        title: refusing(whose, view),
        tone: "bad",
        text: "Nothing was changed on it.",
        facts: [["OpenClaw's words", reason]],
        footer: ownReference(view.operation),
      };
    return {
      title: isTrial(view) ? `${whose} would accept it` : `${whose} has the team configuration`,
      tone: "good",
      text: isTrial(view) ? "Nothing was changed." : undefined,
    };
  },
  failed: refusing,
});

const isTrial = ({ operation }: CardView): boolean => operation.input.dryRun !== undefined;

function refusing(whose: string, view: CardView): string {
  return isTrial(view) ? `${whose} would refuse it` : `${whose} did not accept the configuration`;
}
