import { pageOption } from "../../cards/paging.ts";
import { personMeant, whom } from "../../commands/whom.ts";
import type { Button } from "../../core/card.ts";
import { dayMs } from "../../core/clock.ts";
import { type Bot, command, type Options, say } from "../../core/command.ts";
import { Refusal } from "../../core/errors.ts";
import { accountKey, type Member } from "../../core/member.ts";
import { operationId } from "../../core/names.ts";
import { personOf } from "../../core/people.ts";
import { asTyped, quoted } from "../../core/quoted.ts";
import type { AuditEntry } from "../../core/records.ts";
import { instant, type Words, words } from "../../core/text.ts";
import { auditPage, readCursor, writtenCursor } from "./auditPage.ts";

const pageSize = 15;
const usualDays = 7;
const mostDays = 90;

export const audit = command({
  name: "audit",
  about: "Who did what and when, newest first",
  audience: "admin",
  slow: true,
  options: {
    person: { type: "person", about: "Only what they did, or what concerned them" },
    entra: whom.entra,
    key: { type: "text", about: "The same, by a member's key", example: "abcdefgh23" },
    days: { type: "text", about: `How many days back; ${usualDays} by default`, example: "30" },
    page: pageOption,
    before: { type: "text", about: "Where the previous page ended", hidden: true },
  },
  async run(call, bot) {
    const { key: said, days: wanted, page: number, before } = call.options;
    const days = daysFrom(wanted);
    const key = said ?? (await keyOf(call.options, bot));
    const from = new Date(bot.now.getTime() - days * dayMs);
    const last = before === undefined ? undefined : readCursor(before);
    const members = await bot.store.members();
    const known = names(members);
    // Before they were on the roster, the audit knew them only by their account.
    const whole = members.find((member) => member.key === key);
    const accounts = whole ? idsOf(whole) : [];
    const mine = ({ by, byMember, about }: AuditEntry) =>
      [about, by, byMember].includes(key) || accounts.includes(by) || accounts.includes(idIn(by));
    const isWanted = key === undefined ? undefined : mine;
    const page = await auditPage(
      bot.store.audit(from, last?.at ?? bot.now, isWanted),
      pageSize,
      numberOf(number),
      last,
    );
    const end = page.entries.at(-1);
    const whose = key === undefined ? "" : `: ${asTyped(known(key), 80)}`;
    return say({
      title: `Audit of the last ${days === 1 ? "day" : `${days} days`}${whose}`,
      tone: "info",
      text: end ? undefined : "Nothing.",
      sections: await Promise.all(
        page.entries.map(async (entry) => ({ text: await sentence(entry, known, bot) })),
      ),
      buttons: page.hasMore && end ? [nextButton(end, page.number + 1, days, key)] : [],
      footer: page.hasMore || page.number > 1 ? `Page ${page.number}` : undefined,
    });
  },
});

/** Leads to the next page for the same person, by key because a button can't mention anyone. It continues where this page ends, whatever happens in between. */
const nextButton = (end: AuditEntry, page: number, days: number, key: string | undefined): Button => ({
  label: "Next page",
  line: {
    command: "audit",
    options: {
      days: String(days),
      ...(key === undefined ? {} : { key }),
      page: String(page),
      before: writtenCursor(end),
    },
  },
});

const numberOf = (text: string | undefined): number =>
  Math.min(999, Math.max(1, Math.trunc(Number(text ?? "1")) || 1));

function daysFrom(text: string | undefined): number {
  if (text === undefined) return usualDays;
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > mostDays)
    throw new Refusal(`days can be a whole number from 1 to ${mostDays}, not ${quoted(text)}.`);
  return days;
}

/** The key of a member, or the account of anyone else. @throws Refusal */
async function keyOf({ person, entra }: Options<typeof whom>, bot: Bot): Promise<string | undefined> {
  if (entra !== undefined) return (await personMeant({ person, entra }, bot)).member.value.key;
  return person && ((await personOf(person, bot.store)).member?.value.key ?? accountKey(person));
}

async function sentence(entry: AuditEntry, known: Names, bot: Bot): Promise<Words> {
  const by = known(entry.byMember ?? entry.by);
  return words`${instant(entry.at)} – ${by}: ${entry.what}${about(entry, known)}${await ending(entry, bot)}`;
}

/** The state of the operation that an entry started. Its id is the call's, or derived from it. */
async function ending({ about, call }: AuditEntry, { store }: Bot): Promise<string> {
  const [begun, asked] = await Promise.all([call, operationId(call)].map((id) => store.get(about, "op", id)));
  const operation = (begun ?? asked)?.value;
  if (!operation) return "";
  if (operation.status === "failed") return ` – failed: ${operation.fault?.code ?? "unknown"}`;
  return ` – ${operation.notes["off"] ? "didn't run" : endings[operation.status]}`;
}

const endings = {
  running: "in progress",
  succeeded: "done",
  cancelled: "cancelled",
  superseded: "replaced by another operation",
} as const;

type Names = (id: string) => string;

const idIn = (account: string): string => account.slice(account.indexOf(":") + 1);

/** Their accounts, and their object id: by it, platforms that vouch for people know them. */
const idsOf = ({ accounts, objectId }: Member): readonly string[] => [...accounts.map(accountKey), objectId];

/** The name that belongs to a key or an account. */
function names(members: readonly Member[]): Names {
  const known = new Map(
    members.flatMap((member) => [member.key, ...idsOf(member)].map((id) => [id, member.name] as const)),
  );
  return (id) => (id === "bot" ? "the bot" : (known.get(id) ?? known.get(idIn(id)) ?? id));
}

/** The person it concerned, unless they did it themselves. */
const about = ({ by, byMember, about: key }: AuditEntry, known: Names): string =>
  key === "bot" || key === byMember || known(key) === known(by) || key.startsWith("account-")
    ? ""
    : ` (${known(key)})`;
