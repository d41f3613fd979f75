import type { Card } from "../core/card.ts";
import type { CloudPlace } from "../core/cloud.ts";
import { namesOf } from "../core/names.ts";

/** For the admins: a VM has nearly as many run commands as Azure keeps. */
export function crowdedCard(key: string, { resourceGroup }: CloudPlace, count: number): Card {
  const { vm } = namesOf(key);
  return {
    title: `${vm} has ${count} of the 25 run commands that Azure allows`,
    tone: "bad",
    text: "I delete my own once they end. At 25, Azure refuses new ones, and then I can't check this VM. Delete those that nobody needs.",
    sections: [
      {
        text: "List them:",
        code: `az vm run-command list -g ${resourceGroup} --vm-name ${vm} --query "[].name"`,
      },
      {
        text: "Delete one:",
        code: `az vm run-command delete -g ${resourceGroup} --vm-name ${vm} --run-command-name NAME`,
      },
    ],
  };
}
