import { applying } from "../../steps/configured.ts";
import { scriptOperation } from "../../steps/script.ts";
import { appliedIn } from "../../steps/vmAnswers.ts";
import { configureCards } from "./configCards.ts";

/** Applies the team configuration to one running OpenClaw, or tries there whether it would accept another. */
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
