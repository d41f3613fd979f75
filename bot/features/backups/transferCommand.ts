import { begins } from "../../commands/begins.ts";
import { askFirst, confirmed, useUp } from "../../commands/confirmation.ts";
import { underWay } from "../../commands/underWay.ts";
import { memberMeant, whom } from "../../commands/whom.ts";
import { type Bot, type Call, command, type Outcome, say } from "../../core/command.ts";
import { Refusal, unchanged } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import { holdsSeveral, noAddress } from "../../core/mailAddress.ts";
import type { Member } from "../../core/member.ts";
import { namesOf } from "../../core/names.ts";
import { snapshotPricePhrase } from "../../core/price.ts";
import { asTyped, quoted } from "../../core/quoted.ts";
import { answerRoutes } from "../../core/routes.ts";
import type { Row } from "../../core/store.ts";

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
      mail: true,
    },
    to: { type: "person", about: "Who gets it, here in chat" },
    entra: { ...whom.entra, about: "Or the Entra e-mail or object id of who gets it" },
  },
  async run(call, bot) {
    const { from, to, entra } = call.options;
    const leaver = leaverOf(await bot.store.members(), from);
    const { member: heir } = await memberMeant({ person: to, entra }, bot);
    return ask(call, bot, await partiesOf(leaver.key, heir.value.key, bot));
  },
});

/** Behind the button that confirms it: a button can't name a person as the platform does. */
export const rosterGive = command({
  name: "roster give",
  about: "Give a leaver's home disk away",
  audience: "admin",
  hidden: true,
  options: {
    from: { type: "text", about: "The leaver's key", required: true },
    heir: { type: "text", about: "The key of who gets it", required: true },
    confirmed,
  },
  async run(call, bot) {
    const parties = await partiesOf(call.options.from, call.options.heir, bot);
    const { leaver, instance, heir } = parties;
    if (call.options.confirmed === undefined) return ask(call, bot, parties);
    const busy = await underWay(leaver.value, instance.value, bot);
    // Its buttons are the owner's.
    if (busy) return say({ ...busy, buttons: [] });
    const used = await useUp(call, bot, leaver.value.key, call.options.confirmed);
    const what = `the home disk of ${leaver.value.name} to ${heir.name}`;
    return begins(call, bot, "transfer", {
      member: leaver.value,
      instance,
      routes: answerRoutes,
      input: { heir: { objectId: heir.objectId, name: heir.name } },
      say: { title: `Giving ${what}`, tone: "working" },
      audit: `asked to give ${what}`,
      alsoAbout: [heir.key],
      changes: [used],
    });
  },
});

interface Parties {
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
    throw unchanged(`${leaver.value.name} is on the roster, and their home disk is theirs.`);
  return { leaver, instance, heir: heir.value };
}

const notOnRoster = (name: string) => unchanged(`${name} is not on the roster.`);

function ask(call: Call, bot: Bot, { leaver, instance, heir }: Parties): Outcome {
  const { settings } = bot;
  const price = snapshotPricePhrase(instance.value.homeDisk?.sizeGb ?? settings.homeDisk.sizeGb);
  const line = { command: "roster give", options: { from: leaver.value.key, heir: heir.key } };
  return askFirst(call, bot, leaver.value.key, "Yes, give it", line, {
    title: `Give the home disk of ${leaver.value.name} to ${heir.name}?`,
    tone: "bad",
    facts: [
      ["From", namesOf(leaver.value.key).homeDisk],
      ["Gets it", `${heir.name}, with all files on it, whatever they are`],
      ["Costs", `${price}, for ${settings.backupDays} days`],
    ],
    text: "A snapshot of it is made, or the newest is taken where the disk is gone, and shows among their backups. A disk that is there stays what it is.",
  });
}

/** @throws Refusal */
function leaverOf(members: readonly Member[], text: string): Member {
  if (holdsSeveral(text)) throw unchanged(`${noAddress(text)}: name one at a time.`);
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
    throw unchanged(`${asTyped(text, 60)} is on the roster, and their home disk is theirs.`);
  throw new Refusal(
    `Nobody who left is called ${quoted(text, 60)}. Give their e-mail or their instance's name.`,
  );
}
