import { reference, stopped } from "../../cards/operationCards.ts";
import type { Card } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { TeamConfig } from "../../core/teamConfig.ts";
import { appliedIn } from "../../steps/vmAnswers.ts";

/** For the admins: two have changed the configuration at once. */
export const unadoptedCard = ({ by }: Pick<TeamConfig, "by">): Card => ({
  title: `The configuration that ${by} pushed is not the team's`,
  tone: "bad",
  text: "Somebody else changed the team's meanwhile, and that one stays. Instances that took this one change at their next start; push the patch again to keep it.",
});

/** For the admin who tries or pushes the configuration: what one instance made of it. */
export function configureCard(view: CardView, said: { readonly output: string } | undefined): Card {
  const { operation, member } = view;
  const { dryRun, candidate } = operation.input;
  const trial = dryRun !== undefined;
  const whose = `${member.name}’s OpenClaw`;
  if (operation.status === "running")
    return {
      title: trial ? `Trying the configuration on ${whose}` : `Pushing the configuration to ${whose}`,
      tone: "working",
      text: "Its VM is asked, which takes some seconds.",
    };
  if (operation.notes["off"])
    return {
      title: `${whose} does not run`,
      tone: "info",
      text: trial
        ? "A configuration can only be tried where OpenClaw runs. Nothing was changed."
        : candidate
          ? "A change becomes the team's once an OpenClaw that runs has taken it. Nothing was changed."
          : "It gets the team's configuration at its next start.",
    };
  const { applied, tried, reason } = appliedIn(said?.output ?? "");
  if (applied || tried)
    return {
      title: trial ? `${whose} would take it` : `${whose} has the team's configuration`,
      tone: "good",
      text: trial ? "Nothing was changed." : undefined,
    };
  return {
    title: trial ? `${whose} would refuse it` : `${whose} did not take the configuration`,
    tone: "bad",
    text: said ? "Nothing was changed on it." : stopped(view),
    facts: said ? [["OpenClaw's words", reason]] : [],
    footer: reference(operation),
  };
}
