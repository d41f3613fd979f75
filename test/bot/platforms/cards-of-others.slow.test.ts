import fc from "fast-check";
import { expect, test } from "vitest";
import { bulkCard } from "../../../bot/batch/bulkCard.ts";
import { crowdedCard } from "../../../bot/cards/botCards.ts";
import { withOpenToAllWarning } from "../../../bot/cards/connect.ts";
import { blockedCard, leaverCard } from "../../../bot/cards/leaverCard.ts";
import { failureCard, progressCard } from "../../../bot/cards/operationCards.ts";
import type { Card } from "../../../bot/core/card.ts";
import { type InstanceState, instanceStates } from "../../../bot/core/instance.ts";
import { type CardView, type OperationRecord, operationNames } from "../../../bot/core/operation.ts";
import { type ImportEntry, importStates } from "../../../bot/core/team.ts";
import { openCard, proposalCard } from "../../../bot/features/access/accessCard.ts";
import { expiryCard } from "../../../bot/features/backups/backupCard.ts";
import { heirCard } from "../../../bot/features/backups/transferCard.ts";
import { operations } from "../../../bot/features/index.ts";
import { outcome, proposal } from "../../../bot/features/roster/importCard.ts";
import { outdatedConfigCard } from "../../../bot/features/vm/configCards.ts";
import { messageFrom } from "../../../bot/platforms/discord/render.ts";
import { cardFrom } from "../../../bot/platforms/teams/card.ts";
import { unconfiguredCard } from "../../../bot/steps/unconfiguredCard.ts";
import { rows } from "../store/rows.ts";
import { homeDisk, later, view } from "../view.ts";
import { readAsDiscord } from "./discord/client.ts";
import { hostile } from "./hostile.ts";
import { blocksOf, even, type Read } from "./shown.ts";
import { readAsTeams } from "./teams/client.ts";

/** Everything of a view that a person, a VM or Azure has worded, in the same words. */
function viewOf(
  name: OperationRecord["name"],
  status: OperationRecord["status"],
  state: InstanceState,
  said: string,
): CardView {
  const fault = { code: said, detail: said, correlation: said };
  const given = view(name, {
    operation: {
      status,
      by: { platform: "discord", id: "1", name: said },
      replyTo: { platform: "discord", account: "2", data: {} },
      input: { address: "203.0.113.7", heir: { objectId: "o", name: said }, size: "Standard_B2s" },
      notes: {
        createdAt: said,
        expires: said,
        roleBy: said,
        snapshot: said,
        sizeGb: "30",
        running: "true",
        "doctor said": `FAIL  ${said}: ${said}\nmodel ${said}; keys: ${said}`,
        "logs said": `page=2 pages=3\n${said}`,
        "configure said": said,
        "reload said": said,
      },
      ...(status === "failed" ? { fault } : {}),
    },
    instance: {
      state,
      generation: "gen2345abcde",
      size: said,
      publicIp: said,
      access: [{ address: said, until: later(60) }],
      homeDisk: { sizeGb: 30, sku: said, keptSince: later(1) },
      backup: { snapshot: said, createdAt: said, sizeGb: 30, expires: later(2) },
      keys: {},
      fault,
    },
  });
  return { ...given, member: { ...given.member, name: said, email: said }, price: undefined };
}

/** Every card that the bot can send by itself, each with the same words wherever somebody else words something. */
function cardsWith(said: string, status: OperationRecord["status"], state: InstanceState): Card[] {
  const one = viewOf("remove", "failed", state, said);
  const { member, operation, instance, settings } = one;
  const fault = { code: said, detail: said, correlation: said };
  const entries = importStates.map((each): ImportEntry => ({ label: said, state: each, said }));
  const people = entries.map((entry) => ({ ...entry, person: { objectId: "o", name: said, email: said } }));
  const { now } = view("remove");
  return [
    ...operationNames.map((name) =>
      withOpenToAllWarning(
        progressCard(operations[name], viewOf(name, status, state, said)),
        instance,
        settings,
      ),
    ),
    failureCard({}, one),
    openCard(member, operation, fault),
    openCard(member, operation, fault, true),
    blockedCard(member, operation, fault, true),
    leaverCard({
      member,
      generation: "g",
      truth: { homeDisk: homeDisk(true) },
      left: false,
      roles: [],
      settings,
      keptUntil: now,
    }),
    unconfiguredCard(member, fault),
    outdatedConfigCard({ by: said }),
    crowdedCard(member.key, { subscription: said, resourceGroup: said }, 24),
    heirCard(member, said),
    expiryCard({ snapshot: said, expires: said }),
    proposalCard({ command: "open-access", options: { confirmed: "op2345abcdef" } }, said, now, "miaaaaaaaa"),
    bulkCard({ ...rows.bulk, what: said }, [[said, said]]),
    proposal("i", entries),
    outcome("i", people),
  ];
}

/** When something in these views happens, so that no other moment may be shown. */
const known = new Set(
  [0, 1, 2, 60, 14 * 24 * 3600].map((seconds) => Math.floor(Date.parse(later(seconds)) / 1000)),
);

/** Everything that a card is on both platforms, as it is read there. */
function readings(card: Card): Record<"discord" | "teams", Read> {
  const [embed] = messageFrom(card).embeds;
  const fields = embed?.fields?.flatMap(({ name, value }) => [name, value]) ?? [];
  const discord = [embed?.title, embed?.description, ...fields].map((text) => readAsDiscord(text ?? ""));
  return {
    discord: joined(discord, embed?.footer?.text),
    teams: joined(blocksOf(cardFrom(card)).map(readAsTeams)),
  };
}

const joined = (read: readonly Read[], plain = ""): Read => ({
  text: [...read.map(({ text }) => text), plain].join("\n"),
  times: read.flatMap(({ times }) => times),
  marks: read.flatMap(({ marks }) => marks),
});

/** In code a fence is broken by what nobody sees. */
const unfenced = (text: string): string => even(text.replaceAll("`\u200B", "`"));

/** Where it was cut, as much of it as fits stands before the dots. */
function holds(shown: string, said: string): boolean {
  const text = unfenced(shown);
  const words = unfenced(said);
  if (text.includes(words)) return true;
  for (let end = text.indexOf("…"); end >= 0; end = text.indexOf("…", end + 1))
    for (let length = Math.min(end, words.length); length > 0; length -= 1)
      if (words.startsWith(text.slice(end - length, end).trimEnd())) return true;
  return false;
}

type Built = [said: string, status: OperationRecord["status"], state: InstanceState];

/** Which cards show what somebody else has worded, by a word that nothing of ours holds. */
const showing = (platform: "discord" | "teams", status: Built[1], state: Built[2]): boolean[] =>
  cardsWith("Quokka", status, state).map((card) => readings(card)[platform].text.includes("Quokka"));

function expectHarmless(...[said, status, state]: Built): void {
  const shows = { discord: showing("discord", status, state), teams: showing("teams", status, state) };
  for (const [index, card] of cardsWith(said, status, state).entries()) {
    const read = readings(card);
    for (const platform of ["discord", "teams"] as const) {
      const { text, times, marks } = read[platform];
      expect(marks).toEqual([]);
      for (const time of times) expect(known).toContain(time);
      expect(text).not.toContain("[object");
      if (shows[platform][index] && !holds(text, said))
        expect.fail(
          `${platform}, card ${index} (${JSON.stringify(card.title)}) does not show ${JSON.stringify(said.slice(0, 200))} but ${JSON.stringify(text.slice(0, 600))}`,
        );
    }
  }
}

const statuses = ["running", "succeeded", "failed", "cancelled", "superseded"] as const;
/** As a moment of Azure's or of a row it would be one. */
const words = hostile.filter((said) => Number.isNaN(Date.parse(said)));

test("no card is made to throw, to link, to mention, to hide what was said or to name another time by what somebody else has worded", () => {
  fc.assert(
    fc.property(
      words.filter((said) => said.length < 400),
      fc.constantFrom(...statuses),
      fc.constantFrom(...instanceStates),
      expectHarmless,
    ),
    { numRuns: 40 },
  );
});

test("nor by ten thousand characters", () => {
  const long = words.filter((said) => said.length > 5000);
  fc.assert(
    fc.property(long, fc.constantFrom(...statuses), fc.constantFrom(...instanceStates), expectHarmless),
    { numRuns: 2 },
  );
});
