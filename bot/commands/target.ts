import type { Account } from "../core/account.ts";
import { answerRoutes } from "../core/begin.ts";
import type { Bot, Call, Outcome, Write } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import type { OperationInput, OperationName } from "../core/operation.ts";
import { personOf } from "../core/people.ts";
import type { Row } from "../core/store.ts";
import { begunBy } from "./begunBy.ts";

/** The option with which an admin names whose instance is meant. */
export const memberOption = { type: "person", about: "Whose, here in chat", required: true } as const;

/** The same, where all may be meant as well. */
export const someMember = { type: "person", about: "Whose, here in chat" } as const;
export const allOption = {
  type: "flag",
  about: "Everybody's that runs: one first, then the others",
} as const;

/** The member whom an admin means, with the instance that they have. @throws Refusal */
async function targetOf(
  person: Account,
  bot: Bot,
): Promise<{ readonly member: Row<Member>; readonly instance: Row<Instance> }> {
  const { member, instance } = await personOf(person, bot.store);
  if (member?.value.status !== "active")
    throw new Refusal(`${person.name} is not on the roster. Nothing was changed.`);
  if (!instance?.value.generation)
    throw new Refusal(`${member.value.name} has no instance. Nothing was changed.`);
  return { member, instance };
}

/** Begins what runs on a member's VM; the admin who asked sees in the answer how it goes. @throws Refusal */
export async function onVm(
  call: Call,
  bot: Bot,
  person: Account,
  wish: {
    readonly operation: OperationName;
    readonly input?: OperationInput;
    readonly audit: string;
    readonly before?: Write["before"];
  },
): Promise<Outcome> {
  const { member, instance } = await targetOf(person, bot);
  const begun = begunBy(call, bot, wish.operation, {
    member: member.value,
    instance,
    routes: answerRoutes,
    input: wish.input,
  });
  const [card] = begun.changes.flatMap((change) => (change.kind === "delivery" ? [change.value.card] : []));
  return {
    reply: { card: card ?? { title: "Asking the VM.", tone: "working" } },
    write: { partition: member.value.key, audit: wish.audit, before: wish.before, ...begun },
  };
}
