import { keysIn } from "../../steps/vmAnswers.ts";
import { forAdmin } from "./scriptCards.ts";

/** For the admin who pushes secrets: the names of the keys that one OpenClaw has now. Never a value. */
export const reloadCards = forAdmin({
  running: (whose) => `Reloading the keys of ${whose}`,
  off: () => "It reads its keys at its next start.",
  heard(whose, { operation }, { output }) {
    const keys = keysIn(output);
    if (operation.status !== "succeeded" || !keys) return undefined;
    return {
      title: `${whose} has reloaded its keys`,
      tone: keys.note ? "bad" : "good",
      text: keys.note || undefined,
      facts: [["Keys", keys.names.join(", ") || "none"]],
    };
  },
  failed: (whose) => `${whose} could not reload its keys`,
});
