import fc from "fast-check";
import { expect, test } from "vitest";
import type { Card } from "../../../bot/core/card.ts";
import { openCard, proposalCard } from "../../../bot/core/cards/accessCard.ts";
import { expiryCard, heirCard } from "../../../bot/core/cards/backupCard.ts";
import { bulkCard } from "../../../bot/core/cards/bulkCard.ts";
import { unadoptedCard, unconfiguredCard } from "../../../bot/core/cards/configCards.ts";
import { crowdedCard } from "../../../bot/core/cards/crowdedCard.ts";
import { outcome, proposal } from "../../../bot/core/cards/importCard.ts";
import { blockedCard, leaverCard } from "../../../bot/core/cards/leaverCard.ts";
import { withWarning } from "../../../bot/core/cards/openPolicy.ts";
import { faultCard } from "../../../bot/core/cards/operationCards.ts";
import { progressCard } from "../../../bot/core/cards/progressCard.ts";
import { type InstanceState, instanceStates } from "../../../bot/core/instance.ts";
import { type CardView, type OperationRecord, operationNames } from "../../../bot/core/operation.ts";
import { type ImportEntry, importStates } from "../../../bot/core/team.ts";
import { operations } from "../../../bot/operations/index.ts";
import { messageFrom } from "../../../bot/platforms/discord/render.ts";
import { cardFrom } from "../../../bot/platforms/teams/card.ts";
import { later, view } from "../operations/view.ts";
import { rows } from "../store/rows.ts";
import { readAsDiscord } from "./discord/client.ts";
import { hostile } from "./hostile.ts";
import { blocksOf, strings } from "./shown.ts";
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
      withWarning(progressCard(operations[name], viewOf(name, status, state, said)), instance, settings),
    ),
    faultCard(one),
    openCard(member, operation, fault),
    blockedCard(member, operation, fault),
    leaverCard({ member, generation: "g", truth: {}, left: false, settings, now }),
    unconfiguredCard(member, fault),
    unadoptedCard({ by: said }),
    crowdedCard(member.key, { subscription: said, resourceGroup: said }, 24),
    heirCard(member, said),
    expiryCard({ snapshot: said, expires: said }),
    proposalCard({ command: "open-access", options: {} }, said, now),
    bulkCard({ ...rows.bulk, what: said }, [[said, said]]),
    proposal("i", entries),
    outcome("i", people),
  ];
}

/** When something in these views happens, so that no other moment may be shown. */
const known = new Set(
  [0, 1, 2, 60, 14 * 24 * 3600].map((seconds) => Math.floor(Date.parse(later(seconds)) / 1000)),
);

test("no card is made to throw, to link, to mention or to name another time by what somebody else has worded", () => {
  const statuses = fc.constantFrom("running", "succeeded", "failed", "cancelled", "superseded");
  // As a moment of Azure's or of a row it would be one.
  // The longest are shown elsewhere, text by text: for every card they would take minutes.
  const words = hostile.filter((said) => said.length < 400 && Number.isNaN(Date.parse(said)));
  fc.assert(
    fc.property(words, statuses, fc.constantFrom(...instanceStates), (said, status, state) => {
      for (const card of cardsWith(said, status, state)) {
        const [embed] = messageFrom(card).embeds;
        const discord = readAsDiscord(embed?.description ?? "");
        const teams = cardFrom(card);
        const read = [discord, ...blocksOf(teams).map(readAsTeams)];
        expect(read.flatMap(({ marks }) => marks)).toEqual([]);
        for (const time of read.flatMap(({ times }) => times)) expect(known).toContain(time);
        expect([...strings(embed), ...strings(teams)].filter((text) => text.includes("[object"))).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
