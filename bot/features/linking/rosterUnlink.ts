import { accountFacts, whom } from "../../commands/whom.ts";
import { type Bot, command } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { accountKey, isAdmin, isHeard } from "../../core/member.ts";
import { holds, withoutAdmin } from "../../core/people.ts";

export const rosterUnlink = command({
  name: "roster unlink",
  about: "Unlink an account from a member",
  audience: "admin",
  options: { person: { ...whom.person, about: "The account, here in chat", required: true } },
  async run(call, bot) {
    const { person } = call.options;
    if (person.objectId)
      throw nothingChanged(`Here, Entra itself says who ${person.name} is, so I can't unlink that account.`);
    // By the records, not by the link, which an earlier attempt may have deleted before it died.
    const owner = (await bot.store.members()).find(
      (member) => member.status !== "left" && holds(member, person),
    );
    const row = owner && (await bot.store.person(owner.key)).member;
    if (!row || !holds(row.value, person))
      throw nothingChanged(`The account of ${person.name} isn't linked to anyone.`);
    const accounts = row.value.accounts.filter((account) => accountKey(account) !== accountKey(person));
    const member = { ...row.value, accounts };
    // An admin without an account that can speak to the bot couldn't make anyone else an admin.
    const silenced = isAdmin(member) && !isHeard(member, bot.vouched);
    return {
      reply: {
        card: {
          title: `The account of ${person.name} is no longer linked to ${member.name}.`,
          tone: "good",
          text: isHeard(member, bot.vouched)
            ? undefined
            : `${member.name} now has no account in chat. Link one with /openclaw-admin roster link.`,
          facts: accountFacts(member),
        },
      },
      write: {
        partition: member.key,
        audit: `unlinked the account ${accountKey(person)} from ${member.name}`,
        unlink: [{ account: person, member: member.key }],
        changes: [{ kind: "member", id: "", value: member, etag: row.etag }],
        ...(silenced ? { admins: await withAnother(member.key, bot) } : {}),
      },
    };
  },
});

/** Leaves the list of admins unchanged, and refuses if no other admin on it can speak to the bot. */
async function withAnother(key: string, bot: Bot): Promise<(keys: readonly string[]) => readonly string[]> {
  const without = await withoutAdmin(key, bot);
  return (keys) => {
    without(keys);
    return keys;
  };
}
