import { askBulk, countPhrase, startBulk } from "../../batch/askBulk.ts";
import { confirmed } from "../../commands/confirmation.ts";
import { command, forceOption } from "../../core/command.ts";
import { isSomething } from "../../core/instance.ts";
import { chosen, snapshotSentence } from "./owners.ts";

export const teardownAll = command({
  name: "teardown-all",
  about: "Tear down everyone's instance, after a snapshot of each home disk",
  audience: "admin",
  options: {
    phrase: { type: "text", about: "The confirmation phrase", hidden: true },
    force: forceOption,
    confirmed,
  },
  opensForm: (options) => options.confirmed !== undefined && options.phrase === undefined,
  async run(call, bot) {
    const { phrase, force, confirmed: confirmation } = call.options;
    if (confirmation !== undefined) return startBulk(call, bot, confirmation, phrase);
    const owners = await chosen(
      { person: undefined, entra: undefined, state: undefined, all: true },
      bot,
      isSomething,
    );
    const count = countPhrase(owners.length);
    return askBulk(call, bot, {
      what: "Tear down",
      operation: "teardown",
      input: force ? { force } : {},
      owners,
      phrase: `tear down ${count}`,
      label: "Go on",
      line: { command: "teardown-all", options: force ? { force: "true" } : {} },
      card: {
        title: `Tear down everything: ${count}?`,
        tone: "bad",
        text: `This deletes all VMs with their system disks, addresses and network rules. A VM whose agent is working stays, unless you use force. ${snapshotSentence(owners, bot)} “Go on” asks for a phrase first. The environment itself stays.`,
      },
    });
  },
});
