import { applying } from "../../steps/configured.ts";
import { scriptOperation } from "../../steps/script.ts";
import { appliedIn } from "../../steps/vmAnswers.ts";
import { configureCards } from "./configCards.ts";

/** Brings one OpenClaw that runs to the team's configuration, or tries on it what it would make of another. */
export const configure = scriptOperation({
  name: "configure",
  script: "apply-config",
  input: (view) => applying(view).input(),
  cards: configureCards,
  learn(_view, said) {
    const { applied, hash } = appliedIn(said.output);
    return applied && hash ? { configured: hash } : {};
  },
  fault({ operation }, said) {
    const { applied, reason } = appliedIn(said.output);
    if (applied || operation.input.dryRun !== undefined) return undefined;
    return { code: "ConfigurationRefused", detail: reason, correlation: operation.id };
  },
});
