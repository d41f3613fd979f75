import { askFirst, confirmed, useUp } from "../../commands/confirmation.ts";
import { underWay } from "../../commands/underWay.ts";
import { command, say } from "../../core/command.ts";
import { Refusal, unchanged } from "../../core/errors.ts";
import { isSomething, noGeneration } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { tearDown } from "./teardownCommand.ts";

/** Behind the button of the card that tells admins what a leaver has left. */
export const leaverTeardown = command({
  name: "leaver teardown",
  about: "Tear down what somebody who left the roster has left",
  audience: "admin",
  hidden: true,
  options: { key: { type: "text", about: "The member's key", required: true }, confirmed },
  async run(call, bot) {
    const { member, instance } = await bot.store.person(call.options.key);
    if (!member || !instance || !isSomething(instance.value))
      throw new Refusal("There is nothing left to tear down.");
    if (member.value.status === "active") throw unchanged(`${member.value.name} is on the roster again.`);
    if ((instance.value.generation ?? noGeneration) !== call.line.generation)
      throw unchanged("That button belongs to an earlier instance.");
    const busy = await underWay(member.value, instance.value, bot);
    // Its buttons are the owner's.
    if (busy) return say({ ...busy, buttons: [] });
    if (call.options.confirmed === undefined)
      return askFirst(call, bot, member.value.key, "Yes, tear it down", call.line, {
        title: `Tear down ${namesOf(member.value.key).vm} of ${member.value.name}?`,
        tone: "bad",
        facts: [
          ["Goes", "the VM with its disks, its address and its network rules"],
          [
            "Stays",
            `a snapshot of the home disk, for ${bot.settings.backupDays} days, tagged with its owner and that date`,
          ],
        ],
      });
    const used = await useUp(call, bot, member.value.key, call.options.confirmed);
    return tearDown(call, bot, member, instance, { homeDisk: "snapshot", force: true }, [used]);
  },
});
