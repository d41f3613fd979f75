import { begins } from "../../commands/begins.ts";
import { Instead, type Subject, subjectCommand } from "../../commands/subjectCommand.ts";
import { underWay } from "../../commands/underWay.ts";
import { memberMeant, whom } from "../../commands/whom.ts";
import { type Bot, command } from "../../core/command.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import { holdsSeveral, noAddress } from "../../core/mailAddress.ts";
import type { Member } from "../../core/member.ts";
import { namesOf } from "../../core/names.ts";
import { answerRoutes } from "../../core/platform.ts";
import { snapshotPricePhrase } from "../../core/price.ts";
import { asTyped, quoted } from "../../core/quoted.ts";
import type { Row } from "../../core/store.ts";

export const rosterTransfer = command({
  name: "roster transfer",
  about: "Give the home disk of someone who left to another member",
  audience: "admin",
  options: {
    from: {
      type: "text",
      about: "Who left: their e-mail, or their instance's name",
      example: "mia@contoso.com",
      required: true,
      mail: true,
    },
    to: { type: "person", about: "Who gets it, here in chat" },
    entra: { ...whom.entra, about: "Or the Entra e-mail or object id of who gets it" },
  },
  async run(call, bot) {
    const { from, to, entra } = call.options;
    const leaver = leaverOf(await bot.store.members(), from);
    const { member: heir } = await memberMeant({ person: to, entra }, bot);
    return rosterGive.run({ ...call, options: { from: leaver.key, heir: heir.value.key } }, bot);
  },
});

/** The confirming button's command: a button can't name a person the way the platform does. */
export const rosterGive = subjectCommand({
  name: "roster give",
  about: "Give a leaver's home disk away",
  audience: "admin",
  hidden: true,
  options: {
    from: { type: "text", about: "The leaver's key", required: true },
    heir: { type: "text", about: "The key of who gets it", required: true },
  },
  async subject({ options: { from, heir }, line }, bot) {
    const parties = await partiesOf(from, heir, bot);
    // The question may be asked while something else is in progress.
    if (line.options["confirmed"] === undefined) return parties;
    const busy = await underWay(parties.leaver.value, parties.instance.value, bot);
    // Its buttons are for the owner.
    return busy ? new Instead({ ...busy, buttons: [] }) : parties;
  },
  confirm: {
    label: "Yes, give it",
    ask({ leaver, instance, heir }, _call, { settings }) {
      const price = snapshotPricePhrase(instance.value.homeDisk?.sizeGb ?? settings.homeDisk.sizeGb);
      return {
        options: { from: leaver.value.key, heir: heir.key },
        card: {
          title: `Give the home disk of ${leaver.value.name} to ${heir.name}?`,
          tone: "bad",
          facts: [
            ["From", namesOf(leaver.value.key).homeDisk],
            ["Gets it", `${heir.name}, with all files on it, whatever they are`],
            ["Costs", `${price}, for ${settings.backupDays} days`],
          ],
          text: "I make a snapshot of it, or use the newest one if the disk no longer exists, and add it to their backups. An existing disk stays as it is.",
        },
      };
    },
  },
  run({ leaver, instance, heir, used }, call, bot) {
    const what = `the home disk of ${leaver.value.name} to ${heir.name}`;
    return begins(call, bot, "transfer", {
      member: leaver.value,
      instance,
      routes: answerRoutes,
      input: { heir: { objectId: heir.objectId, name: heir.name } },
      say: { title: `Giving ${what}`, tone: "working" },
      audit: `asked to give ${what}`,
      alsoAbout: [heir.key],
      changes: used,
    });
  },
});

interface Parties extends Subject {
  readonly leaver: Row<Member>;
  readonly instance: Row<Instance>;
  readonly heir: Member;
}

/** @throws Refusal */
async function partiesOf(from: string, to: string, bot: Bot): Promise<Parties> {
  const [{ member: leaver, instance }, { member: heir }] = await Promise.all([
    bot.store.person(from),
    bot.store.person(to),
  ]);
  if (heir?.value.status !== "active") throw notOnRoster(heir?.value.name ?? "That person");
  if (!leaver || !instance) throw new Refusal("They never had an instance, so there is nothing to give.");
  if (leaver.value.status === "active")
    throw nothingChanged(`${leaver.value.name} is on the roster, and their home disk is theirs.`);
  return { partition: leaver.value.key, leaver, instance, heir: heir.value };
}

const notOnRoster = (name: string) => nothingChanged(`${name} is not on the roster.`);

/** @throws Refusal */
function leaverOf(members: readonly Member[], text: string): Member {
  if (holdsSeveral(text)) throw nothingChanged(`${noAddress(text)}: name one at a time.`);
  const wanted = text.toLowerCase();
  const found = members.filter(({ key, objectId, email, principalName, name }) =>
    [key, namesOf(key).vm, objectId, email, principalName, name].some(
      (known) => known?.toLowerCase() === wanted,
    ),
  );
  const [leaver] = found.filter(({ status }) => status !== "active");
  if (found.length > 1)
    throw new Refusal(`${found.length} people are called ${quoted(text, 60)}. Give the e-mail instead.`);
  if (leaver) return leaver;
  if (found.length > 0)
    throw nothingChanged(`${asTyped(text, 60)} is on the roster, and their home disk is theirs.`);
  throw new Refusal(
    `Nobody who left is called ${quoted(text, 60)}. Give their e-mail or their instance's name.`,
  );
}
