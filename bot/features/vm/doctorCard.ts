import { setKey } from "../../cards/connect.ts";
import {
  connectButton,
  doctorButton,
  logButton,
  rebuildButton,
  restartButton,
} from "../../cards/instanceButtons.ts";
import type { Card } from "../../core/card.ts";
import type { CardView } from "../../core/operation.ts";
import type { Said } from "../../steps/script.ts";
import { forOwner } from "./scriptCards.ts";

interface Check {
  readonly bad: boolean;
  readonly what: string;
  readonly advice: string | undefined;
}

export const doctorCards = forOwner({
  title: () => "Checking your VM",
  again: ({ instance }) => ({ ...doctorButton(instance), label: "Check the VM again" }),
  heard: checksCard,
});

/** Each check of the VM with its result, and what to do where one fails. */
function checksCard({ instance, member }: CardView, said: Said): Card {
  const checks = checksIn(said.output);
  const [, model, keys] = /^model (.*); keys: (.*)$/m.exec(said.output) ?? [];
  const failed = checks.filter(({ bad }) => bad).length;
  const halfBooted = checks.some(({ bad, what }) => bad && what === firstBoot);
  const buttons = [
    connectButton(instance),
    restartButton(instance),
    doctorButton(instance),
    ...(halfBooted ? [logButton(instance, "first-boot"), rebuildButton(instance)] : [logButton(instance)]),
  ];
  if (checks.length === 0)
    return {
      title: "The checks gave no result",
      tone: "bad",
      text: "The VM may still be on its first boot, or the first boot failed. The first-boot log shows which.",
      buttons: [...buttons, logButton(instance, "first-boot")],
    };
  return {
    title:
      failed === 0 ? "All is well on your VM" : failed === 1 ? "One check failed" : `${failed} checks failed`,
    tone: failed === 0 ? "good" : "bad",
    facts: [
      ...checks.map(
        ({ bad, what, advice }) =>
          [`${bad ? "✗" : "✓"} ${what}`, bad ? remedyFor(what, advice) : "ok"] as const,
      ),
      ["Model", model || "none"],
      ["Keys", keys || "none"],
    ],
    sections: checks.some(({ bad, what }) => bad && what === "keys")
      ? [setKey(member.key, instance, "Set your key.")]
      : [],
    buttons,
  };
}

/** The name that cloud-init/doctor.sh uses; its advice is the one word that cloud-init/boot.sh and others leave about the failure. */
const firstBoot = "first boot";

const remedyFor = (what: string, advice = "fails"): string =>
  what !== firstBoot
    ? advice
    : /key-vault|secret/.test(advice)
      ? `${advice}: ask an admin to check the key vault and its secrets; then restart`
      : `${advice}: the first-boot log shows why; Rebuild repeats it with the same home disk`;

const checksIn = (output: string): readonly Check[] =>
  output.split("\n").flatMap((line) => {
    const [, result, said] = /^(ok|FAIL) +(\S.*)$/.exec(line) ?? [];
    if (said === undefined) return [];
    const colon = said.indexOf(": ", 1);
    const [what, advice] = colon < 0 ? [said] : [said.slice(0, colon), said.slice(colon + 2)];
    return [{ bad: result === "FAIL", what, advice }];
  });
