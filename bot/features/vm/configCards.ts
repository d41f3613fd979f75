import { reference } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { TeamConfig } from "../../core/teamConfig.ts";
import { appliedIn } from "../../steps/vmAnswers.ts";
import { forAdmin } from "./scriptCards.ts";

/** For the admins: two have changed the configuration at once. */
export const outdatedConfigCard = ({ by }: Pick<TeamConfig, "by">): Card => ({
  title: `The configuration that ${by} pushed is not the team's`,
  tone: "bad",
  text: "Somebody else changed the team's meanwhile, and that one stays. Instances that took this one change at their next start; push the patch again to keep it.",
});

/** For the admin who tries or pushes the configuration: what one instance made of it. */
export const configureCards = forAdmin({
  running: (whose, view) =>
    isTrial(view) ? `Trying the configuration on ${whose}` : `Pushing the configuration to ${whose}`,
  off: (view) =>
    isTrial(view)
      ? "A configuration can only be tried where OpenClaw runs. Nothing was changed."
      : view.operation.input.candidate
        ? "A change becomes the team's once an OpenClaw that runs has taken it. Nothing was changed."
        : "It gets the team's configuration at its next start.",
  heard(whose, view, { output }) {
    const { applied, tried, reason } = appliedIn(output);
    if (!applied && !tried)
      return {
        title: refusing(whose, view),
        tone: "bad",
        text: "Nothing was changed on it.",
        facts: [["OpenClaw's words", reason]],
        footer: reference(view.operation),
      };
    return {
      title: isTrial(view) ? `${whose} would take it` : `${whose} has the team's configuration`,
      tone: "good",
      text: isTrial(view) ? "Nothing was changed." : undefined,
    };
  },
  failed: refusing,
});

const isTrial = ({ operation }: CardView): boolean => operation.input.dryRun !== undefined;

function refusing(whose: string, view: CardView): string {
  return isTrial(view) ? `${whose} would refuse it` : `${whose} did not take the configuration`;
}
