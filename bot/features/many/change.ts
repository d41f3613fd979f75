import { askBulk, countPhrase, startBulk } from "../../batch/askBulk.ts";
import { confirmed } from "../../commands/confirmation.ts";
import { whom } from "../../commands/whom.ts";
import type { Card } from "../../core/card.ts";
import { type Bot, type Command, command, forceOption } from "../../core/command.ts";
import { instanceStates, isSomething, type Person } from "../../core/instance.ts";
import { chosen, snapshotSentence, totalPhrase } from "./owners.ts";

type Change = "start" | "stop" | "restart" | "teardown";

/** The commands differ only in their words. */
function change(
  name: Change,
  what: string,
  about: string,
  consequence: (owners: readonly Person[], bot: Bot) => Promise<string>,
): Command {
  return command({
    name: `instances ${name}`,
    about,
    audience: "admin",
    options: {
      ...whom,
      state: { type: "text", about: "Everyone's in this state, as last seen", choices: instanceStates },
      all: { type: "flag", about: "Everyone's" },
      // Only a teardown waits for the agent.
      force: { ...forceOption, ...(name === "teardown" ? {} : { hidden: true }) },
      confirmed,
    },
    async run(call, bot) {
      const { state, all, force } = call.options;
      if (call.options.confirmed !== undefined) return startBulk(call, bot, call.options.confirmed);
      const owners = await chosen(call.options, bot, name === "teardown" ? isSomething : undefined);
      const card: Card = {
        title: `${what} ${countPhrase(owners.length)}?`,
        tone: "bad",
        text: `${await consequence(owners, bot)} I'll skip, and name, instances that are busy${name === "teardown" ? "" : ", broken,"} or newer than this list. I'll tell each owner on the roster that it was you.`,
      };
      // A button can't name a person the way the platform does.
      const one = state === undefined && !all ? owners[0]?.member.objectId : undefined;
      const options = {
        ...(one === undefined ? {} : { entra: one }),
        ...(state === undefined ? {} : { state }),
        ...(all ? { all: "true" } : {}),
        ...(force ? { force: "true" } : {}),
      };
      return askBulk(call, bot, {
        what,
        operation: name,
        input: force ? { force } : {},
        owners,
        card,
        label: `Yes, ${what.toLowerCase()}`,
        line: { command: `instances ${name}`, options },
      });
    },
  });
}

const running = async (owners: readonly Person[], bot: Bot): Promise<string> =>
  `While running, they cost ${await totalPhrase(owners, bot, (_owner, price) => price.running)}.`;

export const instancesStart = change("start", "Start", "Start one, several or all", running);
export const instancesRestart = change(
  "restart",
  "Restart",
  "Restart one, several or all",
  async (owners, bot) => `Open sessions end. ${await running(owners, bot)}`,
);
export const instancesStop = change(
  "stop",
  "Stop",
  "Stop one, several or all",
  async (owners, bot) =>
    `Open sessions end. While stopped, they cost ${await totalPhrase(owners, bot, (_owner, price) => price.stopped)}.`,
);
export const instancesTeardown = change(
  "teardown",
  "Tear down",
  "Tear down one, several or all, after a snapshot of each home disk",
  async (owners, bot) =>
    `This deletes the VMs with their system disks, addresses and network rules. A VM whose agent is working stays, unless you use force. ${snapshotSentence(owners, bot)}`,
);
