import { titled } from "../../cards/botCards.ts";
import { linkAccount } from "../../commands/linkAccount.ts";
import { callerOf } from "../../commands/underWay.ts";
import type { Button, Card } from "../../core/card.ts";
import { dayMs } from "../../core/clock.ts";
import { type Bot, type Call, command } from "../../core/command.ts";
import { owed } from "../../core/delivery.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { type Account, accountKey, type Member } from "../../core/member.ts";
import { botPartition, operationId } from "../../core/names.ts";
import { holds } from "../../core/people.ts";
import type { Delivery } from "../../core/records.ts";
import type { Change, WorkMessage } from "../../core/store.ts";
import { noticesOf } from "../../engine/notices.ts";
import { isFresh } from "./code.ts";

const of = { type: "text", about: "The hash of the code", required: true } as const;

/** Behind Link, in the question that a typed code leads to. */
export const linkYes = command({
  name: "linking yes",
  about: "Link the account that typed your code",
  audience: "member",
  hidden: true,
  options: { of },
  async run(call, bot) {
    const hash = call.options.of;
    const row = callerOf(call);
    const code = (await bot.store.get(botPartition, "linkCode", hash))?.value;
    const vouches = bot.platforms.some(({ name, vouches }) => vouches && name === call.account.platform);
    if (!code?.by || code.member !== row.value.key || !vouches)
      throw nothingChanged("That question isn't yours.");
    const linking = await bot.store.get(row.value.key, "linking", "");
    const given = linking?.value.given ?? [];
    const mine = given.find((one) => one.hash === hash);
    if (!linking || !mine || mine.linked) throw nothingChanged("That code was already used.");
    if (!isFresh(code, bot.now))
      throw nothingChanged("That question is older than ten minutes. Type /openclaw link to start again.");
    const account = code.by;
    const { member, ...links } = await linkAccount(row, account, bot);
    const linked = { account, at: bot.now.toISOString() };
    const value = {
      ...linking.value,
      given: given.map((one) => (one === mine ? { ...one, linked } : one)),
    };
    const there = titled(account.platform);
    const card: Card = {
      title: `Your ${there} account ${account.name} is linked.`,
      tone: "good",
      text: "You can do everything there that you can do here.",
      buttons: [unlinkButton(hash)],
      footer: "“Unlink” works for a day. After that, ask an admin.",
    };
    const told = tell(
      call,
      bot,
      member,
      [
        [
          account,
          {
            ...card,
            title: `This account is linked to ${member.name}.`,
            text: "Type /openclaw help to see what you can do.",
          },
        ],
      ],
      `${member.name} linked the ${there} account ${account.name} (${accountKey(account)}) with a code.`,
    );
    return {
      reply: { card },
      write: {
        partition: member.key,
        audit: `linked the account ${accountKey(account)} with a code`,
        ...links,
        changes: [
          { kind: "member", id: "", value: member, etag: row.etag },
          { kind: "linking", id: "", value, etag: linking.etag },
          ...told.changes,
        ],
        wake: told.wake,
      },
    };
  },
});

const unlinkButton = (hash: string): Button => ({
  label: "Unlink",
  line: { command: "linking undo", options: { of: hash } },
  once: true,
});

/** Behind Unlink, on either side. */
export const linkUndo = command({
  name: "linking undo",
  about: "Unlink an account that a code linked to you",
  audience: "member",
  hidden: true,
  options: { of },
  async run(call, bot) {
    const row = callerOf(call);
    const linking = (await bot.store.get(row.value.key, "linking", ""))?.value;
    const linked = linking?.given.find(({ hash }) => hash === call.options.of)?.linked;
    if (!linked || !holds(row.value, linked.account))
      throw nothingChanged("That account isn't linked to you.");
    if (bot.now.getTime() - Date.parse(linked.at) > dayMs)
      throw new Refusal("“Unlink” works for a day. Ask an admin to unlink the account.");
    const { account } = linked;
    const accounts = row.value.accounts.filter((one) => accountKey(one) !== accountKey(account));
    const member = { ...row.value, accounts };
    const name = `${titled(account.platform)} account ${account.name}`;
    const card: Card = { title: `The ${name} is no longer linked to ${member.name}.`, tone: "good" };
    const asks = accountKey(account) === accountKey(call.account);
    const told = tell(
      call,
      bot,
      member,
      asks ? sidesOf(member, bot).map((to) => [to, card] as const) : [[account, card]],
      `${member.name} unlinked the ${name} (${accountKey(account)}).`,
    );
    return {
      reply: { card },
      write: {
        partition: member.key,
        audit: `unlinked their account ${accountKey(account)}`,
        unlink: [{ account, member: member.key }],
        changes: [{ kind: "member", id: "", value: member, etag: row.etag }, ...told.changes],
        wake: told.wake,
      },
    };
  },
});

/** Their accounts on the platforms that vouch for people, which need no link. */
const sidesOf = ({ objectId, name }: Member, { platforms }: Bot): readonly Account[] =>
  platforms
    .filter(({ vouches }) => vouches)
    .map((platform) => ({ platform: platform.name, id: objectId, name }));

/** Owes a card to each side and a line to the admins. */
function tell(
  call: Call,
  bot: Bot,
  { key }: Member,
  cards: readonly (readonly [Account, Card])[],
  notice: string,
): { readonly changes: readonly Change[]; readonly wake: readonly WorkMessage[] } {
  const messages: readonly Delivery[] = [
    ...cards.map(([{ platform, id: account }, card], index) =>
      owed(operationId(`link ${call.id} ${index}`), { platform, account, data: {} }, ["dm"], card, bot.now),
    ),
    ...noticesOf({ title: notice, tone: "info" }, operationId(`link ${call.id}`), {
      adminPlatforms: bot.adminPlatforms,
      clock: { now: () => bot.now },
    }),
  ];
  return {
    changes: messages.map((value) => ({ kind: "delivery", id: value.id, value })),
    wake: messages.map(({ id }) => ({ kind: "delivery", partition: key, id })),
  };
}
