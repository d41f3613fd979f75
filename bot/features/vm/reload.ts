import { scriptOperation } from "../../steps/script.ts";
import { keysIn, keysSince } from "../../steps/vmAnswers.ts";
import { reloadCards } from "./secretsCards.ts";

/** Has one running OpenClaw reload its keys from the vault. */
export const reload = scriptOperation({
  name: "reload",
  script: "refresh-secrets",
  input: () => ({}),
  cards: reloadCards,
  learn({ instance, now }, said) {
    const keys = keysIn(said.output);
    return keys ? { keys: keysSince(instance.keys, keys, now) } : {};
  },
  fault({ operation }, said) {
    if (said.ok && keysIn(said.output)) return undefined;
    return { code: "SecretsNotReloaded", detail: "refresh-secrets.sh failed", correlation: operation.id };
  },
});
