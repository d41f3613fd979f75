import { askToHandOver, locksOut } from "../../commands/firstAdmin.ts";
import { isTied, linkAccount } from "../../commands/linkAccount.ts";
import { accountFacts, memberMeant, mustBeFit, whom } from "../../commands/whom.ts";
import { command, say } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { isHeard } from "../../core/member.ts";

export const rosterLink = command({
  name: "roster link",
  about: "Link another account to a member",
  audience: "admin",
  options: {
    person: { ...whom.person, about: "The account, here in chat", required: true },
    entra: { ...whom.entra, about: "The member's Entra e-mail or object id", required: true },
  },
  async run(call, bot) {
    const { person, entra } = call.options;
    mustBeFit(person);
    const { member: row } = await memberMeant({ entra, person: undefined }, bot);
    const { name, objectId } = row.value;
    if (person.objectId && person.objectId.toLowerCase() !== objectId)
      throw nothingChanged(`In Entra, ${person.name} is a different person than ${name}.`);
    if (await isTied(row, person, bot))
      return say({
        title: `${person.name} is already linked to ${name}. Nothing was changed.`,
        tone: "info",
      });
    const { member, ...links } = await linkAccount(row, person, bot);
    // The link gives an admin their first account that can speak to the bot, which ends the first admin's role.
    if (!isHeard(row.value, bot.vouched) && locksOut(member, call, bot)) {
      const { objectId: id, email, principalName } = member;
      const named = { objectId: id, name, email, principalName };
      const wish = { label: name, state: "change", said: "", person: named, account: person } as const;
      return askToHandOver(call, bot, member, wish);
    }
    return {
      reply: {
        card: {
          title: `${person.name} is now linked to ${name}.`,
          tone: "good",
          facts: accountFacts(member),
        },
      },
      write: {
        partition: member.key,
        audit: `changed ${name} on the roster: linked to ${person.id} on ${person.platform}`,
        ...links,
        changes: [{ kind: "member", id: "", value: member, etag: row.etag }],
      },
    };
  },
});
