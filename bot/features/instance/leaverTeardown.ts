import { Instead, subjectCommand } from "../../commands/subjectCommand.ts";
import { underWay } from "../../commands/underWay.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { isSomething, noGeneration } from "../../core/instance.ts";
import { namesOf } from "../../core/names.ts";
import { tearDown } from "./teardownCommand.ts";

/** The button of the card that shows admins what a leaver has left. */
export const leaverTeardown = subjectCommand({
  name: "leaver teardown",
  about: "Tear down what someone who left the roster has left",
  audience: "admin",
  hidden: true,
  options: { key: { type: "text", about: "The member's key", required: true } },
  async subject({ options: { key }, line: { generation } }, bot) {
    const { member, instance } = await bot.store.person(key);
    if (!member || !instance || !isSomething(instance.value))
      throw new Refusal("There is nothing left to tear down.");
    if (member.value.status === "active")
      throw nothingChanged(`${member.value.name} is on the roster again.`);
    if ((instance.value.generation ?? noGeneration) !== generation)
      throw nothingChanged("That button belongs to an earlier instance.");
    const busy = await underWay(member.value, instance.value, bot);
    // Its buttons are for the owner.
    if (busy) return new Instead({ ...busy, buttons: [] });
    return { partition: key, generation, member, instance };
  },
  confirm: {
    label: "Yes, tear it down",
    ask: ({ member }, { options: { key } }, bot) => ({
      options: { key },
      card: {
        title: `Tear down ${namesOf(member.value.key).vm} of ${member.value.name}?`,
        tone: "bad",
        facts: [
          ["Deletes", "the VM with its disks, its address and its network rules"],
          [
            "Keeps",
            `a snapshot of the home disk, for ${bot.settings.backupDays} days, tagged with its owner and that date`,
          ],
        ],
      },
    }),
  },
  run: ({ member, instance, used }, call, bot) =>
    tearDown(call, bot, member, instance, { homeDisk: "snapshot", force: true }, used),
});
