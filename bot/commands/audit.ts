import { accountKey } from "../core/account.ts";
import { moment } from "../core/card.ts";
import { type Bot, command, say } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import type { Member } from "../core/member.ts";
import { pageOf, pageOption } from "../core/paging.ts";
import { personOf } from "../core/people.ts";
import type { AuditEntry } from "../core/records.ts";

const pageSize = 15;
const usualDays = 7;
const mostDays = 90;

export const audit = command({
  name: "audit",
  about: "Who did what and when, newest first",
  audience: "admin",
  slow: true,
  options: {
    person: { type: "person", about: "Only what they did, and what was done about them" },
    key: { type: "text", about: "The same, by a member's key", example: "abcdefgh23" },
    days: { type: "text", about: `For how many days back; ${usualDays} unless said`, example: "30" },
    page: pageOption,
  },
  async run(call, bot) {
    const { person, key: said, days: wanted, page: number } = call.options;
    const days = daysFrom(wanted);
    const key =
      said ?? (person && ((await personOf(person, bot.store)).member?.value.key ?? accountKey(person)));
    const from = new Date(bot.now.getTime() - days * 24 * 3600_000);
    const [all, members] = await Promise.all([bot.store.audit(from, bot.now), bot.store.members()]);
    const known = names(members);
    const accounts = members.find((member) => member.key === key)?.accounts.map(accountKey) ?? [];
    const mine = ({ by, about }: AuditEntry) => about === key || by === key || accounts.includes(by);
    const found = key === undefined ? all : all.filter(mine);
    // The next page is of the same person, whom a button can't mention.
    const page = pageOf(found, pageSize, number, {
      command: "audit",
      options: { days: String(days), ...(key === undefined ? {} : { key }) },
    });
    const entries = await Promise.all(page.items.map((entry) => whetherDone(entry, bot)));
    const whose = key === undefined ? "" : ` of ${known(key)}`;
    return say({
      title: `What was done in the last ${days === 1 ? "day" : `${days} days`}${whose}`,
      tone: "info",
      text: found.length === 0 ? "Nothing." : undefined,
      sections: entries.flatMap((entry) =>
        entry
          ? [{ text: `${moment(entry.at)} – ${known(entry.by)}: ${entry.what}${about(entry, known)}` }]
          : [],
      ),
      buttons: page.buttons,
      footer: page.footer,
    });
  },
});

/** The index is written first: an entry counts where it is in the records of what it is about. */
const whetherDone = async (entry: AuditEntry, { store }: Bot): Promise<AuditEntry | undefined> =>
  (await store.get(entry.about, "audit", `${entry.at}-${entry.call}`))?.value;

function daysFrom(text: string | undefined): number {
  if (text === undefined) return usualDays;
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > mostDays)
    throw new Refusal(`days can be a whole number from 1 to ${mostDays}, not “${text.slice(0, 40)}”.`);
  return days;
}

type Names = (id: string) => string;

/** A person's name for their key or their account. */
function names(members: readonly Member[]): Names {
  const known = new Map(
    members.flatMap(({ key, name, accounts }) =>
      [key, ...accounts.map(accountKey)].map((id) => [id, name] as const),
    ),
  );
  return (id) => (id === "bot" ? "the bot" : (known.get(id) ?? id));
}

/** Whom it concerned, if not whoever did it. */
const about = ({ by, about: key }: AuditEntry, known: Names): string =>
  key === "bot" || known(key) === known(by) || key.startsWith("account-") ? "" : ` (${known(key)})`;
