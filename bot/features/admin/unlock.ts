import { phaseSentence } from "../../cards/operationCards.ts";
import { progressCard } from "../../cards/progressCard.ts";
import { askFirst, confirmed, useUp } from "../../commands/confirmation.ts";
import { personMeant, whom } from "../../commands/whom.ts";
import { type Bot, type Call, command, type Outcome } from "../../core/command.ts";
import { unchanged } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import type { OperationRecord } from "../../core/operation.ts";
import type { Change, Row, WorkMessage } from "../../core/store.ts";
import { instant, words } from "../../core/words.ts";
import { begin } from "../../engine/begin.ts";

/** A member whose instance is held by an operation. */
interface Stuck {
  readonly member: Member;
  readonly instance: Row<Instance>;
  readonly operation: Row<OperationRecord>;
}

export const unlock = command({
  name: "unlock",
  about: "Put aside an operation that is stuck",
  audience: "admin",
  options: {
    ...whom,
    key: { type: "text", about: "The member's key", hidden: true },
    confirmed,
  },
  async run(call, bot) {
    const { key, confirmed: confirmation } = call.options;
    if (key !== undefined && confirmation !== undefined) {
      const stuck = stuckOf(await bot.store.person(key));
      const used = await useUp(call, bot, key, confirmation);
      return release(call, bot, await withOperation(stuck, bot), used);
    }
    return ask(call, bot, await withOperation(stuckOf(await personMeant(call.options, bot)), bot));
  },
});

/** @throws Refusal */
function stuckOf({
  member,
  instance,
}: {
  readonly member?: Row<Member> | undefined;
  readonly instance?: Row<Instance> | undefined;
}) {
  if (!member) throw unchanged("That is nobody on the roster.");
  if (!instance?.value.operation) throw unchanged(`Nothing is under way for ${member.value.name}.`);
  return { member: member.value, instance, id: instance.value.operation };
}

/** @throws Refusal */
async function withOperation({ member, instance, id }: ReturnType<typeof stuckOf>, bot: Bot): Promise<Stuck> {
  const operation = await bot.store.get(member.key, "op", id);
  if (!operation) throw new Error(`${member.key} is held by ${id}, of which there is no record`);
  if (operation.value.name === "remove")
    throw unchanged(`The access of ${member.name} is being closed, and that goes on until it is done.`);
  return { member, instance, operation };
}

function ask(call: Call, bot: Bot, { member, operation }: Stuck): Outcome {
  const { id, name, by, startedAt, phase, nextLookAt } = operation.value;
  const { deadlineSeconds } = bot.operations[name];
  const givenUpAt = new Date(Date.parse(startedAt) + deadlineSeconds * 1000);
  return askFirst(
    call,
    bot,
    member.key,
    "Yes, put it aside",
    { command: "unlock", options: { key: member.key }, generation: id },
    {
      title: `Put aside the ${name} of ${member.name}?`,
      tone: "bad",
      text:
        givenUpAt > bot.now
          ? words`It may not be stuck: by itself it is given up at ${instant(givenUpAt)}. What Azure is doing already goes on there.`
          : "It should have been given up long ago. What Azure is doing already goes on there.",
      facts: [
        ["Under way since", instant(startedAt)],
        ["Asked for by", by?.name ?? "the bot"],
        ["Doing", phaseSentence(phase)],
        ["Next look", instant(nextLookAt)],
      ],
    },
  );
}

/** The operation has had its time; what is true in Azure is read anew, and the next command is let through. */
async function release(
  call: Call,
  bot: Bot,
  { member, instance, operation }: Stuck,
  used: Change,
): Promise<Outcome> {
  const before = operation.value;
  if (before.id !== call.line.generation)
    throw unchanged(`That has ended, and a ${before.name} is under way now.`);
  const ended: OperationRecord = {
    ...before,
    status: "superseded",
    notes: { ...before.notes, putAside: bot.now.toISOString() },
  };
  const free: Instance = {
    ...instance.value,
    operation: undefined,
    last: { operation: before.id, name: before.name, outcome: "superseded" },
  };
  const look = begin({
    operation: bot.operations.status,
    cause: call.id,
    member,
    instance: { ...instance, value: free },
    by: call.account,
    now: bot.now,
    settings: bot.settings,
  });
  const told = await tellOwner(member, free, ended, bot);
  const message: WorkMessage = { kind: "delivery", member: member.key, id: before.id };
  return {
    reply: {
      card: {
        title: `The ${before.name} of ${member.name} is put aside`,
        tone: "good",
        text: "Azure is asked now how the instance stands; Status shows it, and the next command goes through.",
      },
    },
    write: {
      partition: member.key,
      audit: `put aside the ${before.name} of ${member.name}, which was stuck`,
      changes: [
        used,
        { kind: "op", id: before.id, value: ended, etag: operation.etag },
        ...look.changes,
        ...told,
      ],
      wake: [...look.wake, message],
    },
  };
}

/** The owner's message about it says that it has ended. */
async function tellOwner(
  member: Member,
  instance: Instance,
  operation: OperationRecord,
  bot: Bot,
): Promise<readonly Change[]> {
  const row = await bot.store.get(member.key, "delivery", operation.id);
  if (!row) return [];
  const { settings } = bot;
  const card = progressCard(bot.operations[operation.name], {
    operation,
    member,
    instance,
    settings,
    price: undefined,
  });
  const value = { ...row.value, card, revision: row.value.revision + 1 };
  return [{ kind: "delivery", id: operation.id, value, etag: row.etag }];
}
