import { phaseSentence } from "../../cards/operationCards.ts";
import { type Confirmed, type Subject, subjectCommand } from "../../commands/subjectCommand.ts";
import { personMeant, whom } from "../../commands/whom.ts";
import type { Card } from "../../core/card.ts";
import type { Bot, Call, Outcome } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import type { Member } from "../../core/member.ts";
import type { OperationRecord } from "../../core/operation.ts";
import type { Row, WorkMessage } from "../../core/store.ts";
import { instant, words } from "../../core/text.ts";
import { type Begun, begin } from "../../engine/begin.ts";

/** A member whose instance is held by an operation. */
interface Stuck extends Subject {
  readonly member: Row<Member>;
  readonly instance: Row<Instance>;
  readonly generation: string;
}

export const unlock = subjectCommand({
  name: "unlock",
  about: "Unlock an instance held by a stuck operation",
  audience: "admin",
  options: {
    ...whom,
    key: { type: "text", about: "The member's key", hidden: true },
  },
  async subject({ options }, bot): Promise<Stuck> {
    const { key } = options;
    const { member, instance } = await (key === undefined
      ? personMeant(options, bot)
      : bot.store.person(key));
    if (!member) throw nothingChanged("That person isn't on the roster.");
    if (!instance?.value.operation)
      throw nothingChanged(`No operation is in progress for ${member.value.name}.`);
    return {
      partition: member.value.key,
      generation: instance.value.operation,
      member,
      instance,
    };
  },
  confirm: {
    label: "Yes, unlock",
    ask: async (stuck, _call, bot) => ({
      options: { key: stuck.partition },
      card: question(stuck.member.value, (await operationOf(stuck, bot)).value, bot),
    }),
  },
  run: (stuck, call, bot) => release(stuck, call, bot),
});

/** @throws Refusal */
async function operationOf(
  { member: { value: member }, generation: id }: Stuck,
  bot: Bot,
): Promise<Row<OperationRecord>> {
  const operation = await bot.store.get(member.key, "op", id);
  if (!operation) throw new Error(`${member.key} is held by ${id}, of which there is no record`);
  if (operation.value.name === "remove")
    throw nothingChanged(`I'm closing the access of ${member.name}. That can't be stopped.`);
  return operation;
}

function question(member: Member, operation: OperationRecord, bot: Bot): Card {
  const { name, by, startedAt, phase, nextLookAt } = operation;
  const { deadlineSeconds } = bot.operations[name];
  const givenUpAt = new Date(Date.parse(startedAt) + deadlineSeconds * 1000);
  return {
    title: `End the ${name} of ${member.name}?`,
    tone: "bad",
    text:
      givenUpAt > bot.now
        ? words`It may not be stuck: if it doesn't finish, it ends at ${instant(givenUpAt)}. What Azure is already doing will continue.`
        : "It should have ended long ago. What Azure is already doing will continue.",
    facts: [
      ["In progress since", instant(startedAt)],
      ["Asked for by", by?.name ?? "the bot"],
      ["Step", phaseSentence(phase)],
      ["Next look", instant(nextLookAt)],
    ],
  };
}

/** Ends the operation, checks what is true in Azure, and lets the next command through. */
async function release(stuck: Confirmed<Stuck>, call: Call, bot: Bot): Promise<Outcome> {
  const { instance, used } = stuck;
  const member = stuck.member.value;
  const { value: before, etag } = await operationOf(stuck, bot);
  if (before.id !== call.line.generation)
    throw nothingChanged(`That operation has ended, and a ${before.name} is now in progress.`);
  const notes = { ...before.notes, putAside: bot.now.toISOString() };
  const ended: OperationRecord = { ...before, status: "superseded", notes, hold: undefined };
  const look = lookFor(stuck, call, bot);
  const message: WorkMessage = { kind: "delivery", partition: member.key, id: before.id };
  return {
    reply: {
      card: {
        title: `The ${before.name} of ${member.name} was ended`,
        tone: "good",
        text: look
          ? "Checking the instance in Azure. Status shows the result, and new commands work again."
          : "They are off the roster, so I don't check their instance: “instances list” shows it as I saw it last. New commands work again.",
      },
    },
    write: {
      partition: member.key,
      audit: `ended the stuck ${before.name} of ${member.name}`,
      changes: [
        ...used,
        ...(await bot.ended({ value: ended, etag }, stuck.member, instance)),
        ...(look?.changes ?? []),
      ],
      wake: [...(look?.wake ?? []), message],
    },
  };
}

/** Reads in Azure how the instance stands. Who is off the roster asks for nothing, and a look for them would end at once. */
const lookFor = ({ member: { value: member }, instance }: Stuck, call: Call, bot: Bot): Begun | undefined =>
  member.status === "active"
    ? begin({
        operation: bot.operations.status,
        cause: call.id,
        member,
        instance,
        by: call.account,
        now: bot.now,
        settings: bot.settings,
      })
    : undefined;
