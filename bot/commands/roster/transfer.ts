import { answerRoutes, begin } from "../../core/begin.ts";
import { command, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import type { Member } from "../../core/member.ts";
import { namesOf } from "../../core/names.ts";
import { personOf } from "../../core/people.ts";
import { snapshotPricePhrase } from "../../core/price.ts";
import { askFirst, confirmed, useUp } from "../confirmation.ts";
import { underWay } from "../underWay.ts";

export const rosterTransfer = command({
  name: "roster transfer",
  about: "Give the home disk of somebody who left to another member",
  audience: "admin",
  options: {
    from: {
      type: "text",
      about: "Who left: their e-mail, or their instance's name",
      example: "mia@contoso.com",
      required: true,
    },
    to: { type: "person", about: "Who gets it, here in chat", required: true },
    confirmed,
  },
  async run(call, bot) {
    const { from, to } = call.options;
    const leaver = leaverOf(await bot.store.members(), from);
    const { member: heir } = await personOf(to, bot.store);
    if (heir?.value.status !== "active")
      throw new Refusal(`${to.name} is not on the roster. Nothing was changed.`);
    const { member, instance } = await bot.store.person(leaver.key);
    if (!member || !instance) throw new Refusal(`${leaver.name} never had an instance.`);
    const busy = await underWay(member.value, instance.value, bot);
    // Its buttons are the owner's.
    if (busy) return say({ ...busy, buttons: [] });
    if (call.options.confirmed === undefined)
      return askFirst(call, bot, leaver.key, "Yes, give it", call.line, {
        title: `Give the home disk of ${leaver.name} to ${heir.value.name}?`,
        tone: "bad",
        facts: [
          ["From", namesOf(leaver.key).homeDisk],
          ["Gets", `${heir.value.name}, all files on it, whatever they are`],
          [
            "Costs",
            `${snapshotPricePhrase(instance.value.homeDisk?.sizeGb ?? bot.settings.homeDisk.sizeGb)}, for ${bot.settings.backupDays} days`,
          ],
        ],
        text: "A snapshot of it is made, or the newest is taken where the disk is gone, and shows among their backups. The disk itself stays what it is.",
      });
    const used = await useUp(call, bot, leaver.key, call.options.confirmed);
    const begun = begin({
      operation: bot.operations.transfer,
      cause: call.id,
      member: member.value,
      instance,
      by: call.account,
      replyTo: call.replyTo,
      routes: answerRoutes,
      input: { heir: { objectId: heir.value.objectId, name: heir.value.name } },
      now: bot.now,
      settings: bot.settings,
    });
    return {
      reply: {
        card: { title: `Giving the home disk of ${leaver.name} to ${heir.value.name}`, tone: "working" },
      },
      write: {
        partition: leaver.key,
        audit: `gave the home disk of ${leaver.name} to ${heir.value.name}`,
        alsoAbout: [heir.value.key],
        ...begun,
        changes: [...begun.changes, used],
      },
    };
  },
});

/** @throws Refusal */
function leaverOf(members: readonly Member[], text: string): Member {
  const wanted = text.toLowerCase();
  const found = members.filter(({ key, objectId, email, name }) =>
    [key, namesOf(key).vm, objectId, email, name].some((known) => known?.toLowerCase() === wanted),
  );
  const [leaver] = found.filter(({ status }) => status !== "active");
  if (found.length > 1)
    throw new Refusal(`${found.length} people are called “${text.slice(0, 60)}”. Give the e-mail instead.`);
  if (leaver) return leaver;
  throw new Refusal(
    found.length > 0
      ? `${text.slice(0, 60)} is on the roster, and their home disk is theirs. Nothing was changed.`
      : `Nobody who left is called “${text.slice(0, 60)}”. Give their e-mail or their instance's name.`,
  );
}
