import { titled } from "../../cards/botCards.ts";
import { howToLink, strangerCard } from "../../cards/stranger.ts";
import { callerOf } from "../../commands/underWay.ts";
import type { Card } from "../../core/card.ts";
import { type Bot, type Call, command, type Outcome, say } from "../../core/command.ts";
import { owed } from "../../core/delivery.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import type { LinkCode } from "../../core/linking.ts";
import { type Account, accountKey } from "../../core/member.ts";
import { accountPartition, botPartition, operationId } from "../../core/names.ts";
import type { Change, Row } from "../../core/store.ts";
import {
  codeBytes,
  codeFrom,
  codeMinutes,
  expiryFrom,
  hashOfCode,
  isFresh,
  mostCodes,
  mostFailed,
  ofToday,
} from "./code.ts";

export const link = command({
  name: "link",
  about: "Link another account of yours, with a code",
  details:
    "First type it without a code on the platform where you use your organisation's account: you get a code for ten minutes. Then type it with that code from your other account. I'll ask once more before I link anything.",
  audience: "member",
  strangers: true,
  options: { code: { type: "text", about: "The code, from the other platform", most: 40, bare: true } },
  async run(call, bot) {
    const { code } = call.options;
    const here = bot.platforms.find(({ name }) => name === call.account.platform);
    if (here?.vouches) return giveCode(call, bot, code);
    if (call.member)
      return say({ title: `This account is already linked to ${call.member.value.name}.`, tone: "info" });
    if (code === undefined || howToLink(bot.platforms) === undefined)
      return say({ ...strangerCard(bot.platforms), tone: "info" });
    return takeCode(call, bot, code);
  },
});

/** Shows a code to a member whose platform vouches for them. */
async function giveCode(call: Call, bot: Bot, typed: string | undefined): Promise<Outcome> {
  const { value: member } = callerOf(call);
  const other = bot.platforms.find(({ vouches }) => !vouches);
  if (!other) throw new Refusal("There is no other platform to link.");
  const there = titled(other.name);
  if (typed !== undefined) throw nothingChanged(`Type the code in ${there}, not here: /openclaw link.`);
  const row = await bot.store.get(member.key, "linking", "");
  const today = ofToday(row?.value, bot.now);
  if (today.given.length >= mostCodes)
    throw new Refusal(
      `You've requested ${mostCodes} codes today, which is the limit. Try again tomorrow, or ask an admin to link your account.`,
    );
  const code = codeFrom(bot.randomBytes(codeBytes));
  const hash = hashOfCode(code) ?? "";
  const value = { ...today, given: [...today.given, { hash, at: bot.now.toISOString() }] };
  const expiresAt = expiryFrom(bot.now);
  const asked = { hash, member: member.key, replyTo: call.replyTo, expiresAt };
  return {
    reply: { card: codeCard(there, code), kept: shownOnce(there) },
    write: {
      partition: member.key,
      audit: `asked for a code to link an account in ${there}`,
      before: { kind: "linkCode", id: hash, value: asked },
      changes: [{ kind: "linking", id: "", value, etag: row?.etag }],
    },
  };
}

const codeCard = (there: string, code: string): Card => ({
  title: `Link your ${there} account`,
  tone: "info",
  sections: [{ text: `Type /openclaw link in ${there}, with this code:`, code }],
  text: `It works once, for ${codeMinutes} minutes. I'll ask you here before I link anything. Don't share it: anyone who types it and gets your confirmation can use your OpenClaw.`,
});

const shownOnce = (there: string): Card => ({
  title: `Link your ${there} account`,
  tone: "info",
  text: "The code was shown only once. Type /openclaw link to get a new one.",
});

/** Takes a code from an account that isn't linked, and asks the member who requested it. */
async function takeCode(call: Call, bot: Bot, typed: string): Promise<Outcome> {
  const { account } = call;
  const partition = accountPartition(account);
  const hash = hashOfCode(typed);
  if (hash === undefined)
    throw nothingChanged(`That isn't a code. A code looks like 7K3QD-9ZXAB. ${howToLink(bot.platforms)}`);
  const tries = await bot.store.get(partition, "linking", "");
  const today = ofToday(tries?.value, bot.now);
  if (today.failed.length >= mostFailed)
    throw nothingChanged(
      `This account has typed ${mostFailed} wrong codes today, which is the limit. Try again tomorrow, or ask an admin to link it.`,
    );
  const row = await bot.store.get(botPartition, "linkCode", hash);
  const found = row && (await personFor(row.value, account, bot));
  if (!row || !found) {
    const value = { ...today, failed: [...today.failed, bot.now.toISOString()] };
    return {
      reply: { card: wrongCode },
      write: {
        partition,
        audit: "typed an invalid code",
        changesNothing: true,
        changes: [{ kind: "linking", id: "", value, etag: tries?.etag }],
      },
    };
  }
  const card: Card = {
    title: `I asked you in ${titled(row.value.replyTo.platform)}. Press Link there.`,
    tone: "working",
    text: `You have ${codeMinutes} minutes.`,
  };
  // Typed again: the member was already asked.
  if (row.value.by) return say(card);
  return { reply: { card }, write: asking(call, bot, row, found.name) };
}

const wrongCode: Card = {
  title: "That code is wrong, expired, or used. Nothing was changed.",
  tone: "bad",
  text: "To get a new one, type /openclaw link where you got this one.",
};

/** The member whose code it is, if this account may use it. */
async function personFor(code: LinkCode, account: Account, { store, now }: Bot) {
  if (!isFresh(code, now)) return undefined;
  if (code.by && accountKey(code.by) !== accountKey(account)) return undefined;
  const [{ member }, codes] = await Promise.all([
    store.person(code.member),
    store.get(code.member, "linking", ""),
  ]);
  if (codes?.value.given.some(({ hash, linked }) => hash === code.hash && linked)) return undefined;
  return member?.value.status === "active" ? member.value : undefined;
}

/** Uses up the code and owes its question to the member who requested it. */
function asking({ account }: Call, bot: Bot, row: Row<LinkCode>, name: string): Outcome["write"] {
  const { value: code, etag } = row;
  const id = operationId(`link ${code.hash}`);
  const there = titled(account.platform);
  const card: Card = {
    title: `Link the ${there} account ${account.name}?`,
    tone: "info",
    facts: [["Account", `${account.name} (${accountKey(account)})`]],
    text: `Do this only if you just typed this code yourself. Anyone with that account can then use your OpenClaw as you do.`,
    buttons: [
      {
        label: "Link",
        style: "primary",
        line: { command: "linking yes", options: { of: code.hash } },
        once: true,
      },
    ],
    footer: `“Link” works for ${codeMinutes} minutes. If that wasn't you, do nothing.`,
  };
  const used: Change = {
    kind: "linkCode",
    id: code.hash,
    value: { ...code, by: account, expiresAt: expiryFrom(bot.now) },
    etag,
  };
  return {
    partition: botPartition,
    audit: `typed the code of ${name}, who was asked whether to link the account`,
    alsoAbout: [code.member],
    changes: [used, { kind: "delivery", id, value: owed(id, code.replyTo, ["dm"], card, bot.now) }],
    wake: [{ kind: "delivery", partition: botPartition, id }],
  };
}
