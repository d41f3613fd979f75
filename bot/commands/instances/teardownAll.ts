import { command } from "../../core/command.ts";
import { askBulk, countPhrase, startBulk } from "../bulk.ts";
import { confirmed } from "../confirmation.ts";
import { chosen, ownerFacts, snapshotSentence } from "./owners.ts";

export const teardownAll = command({
  name: "teardown-all",
  about: "Tear down everyone's instance; snapshots of the home disks first",
  audience: "admin",
  options: {
    phrase: { type: "text", about: "The phrase that was asked for", hidden: true },
    confirmed,
  },
  async run(call, bot) {
    const { phrase, confirmed: confirmation } = call.options;
    if (confirmation !== undefined) return startBulk(call, bot, confirmation, phrase);
    const owners = await chosen({ person: undefined, entra: undefined, state: undefined, all: true }, bot);
    const count = countPhrase(owners.length);
    return askBulk(call, bot, {
      what: "Tear down",
      operation: "teardown",
      input: {},
      owners,
      phrase: `tear down ${count}`,
      label: "Go on",
      line: { command: "teardown-all", options: {} },
      card: {
        title: `Tear down everything there is: ${count}?`,
        tone: "bad",
        text: `All VMs go, with their system disks, addresses and network rules. ${snapshotSentence(owners, bot)} “Go on” asks for a phrase first. The environment itself stays.`,
        facts: ownerFacts(owners),
      },
    });
  },
});
