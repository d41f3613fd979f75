import type { Account } from "../core/account.ts";
import type { Bot } from "../core/command.ts";
import { Refusal } from "../core/errors.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { personOf } from "../core/people.ts";
import type { Row } from "../core/store.ts";

/** The option with which an admin names whose instance is meant. */
export const memberOption = { type: "person", about: "Whose, here in chat", required: true } as const;

/** The same, where all may be meant as well. */
export const someMember = { type: "person", about: "Whose, here in chat" } as const;
export const allOption = {
  type: "flag",
  about: "Everybody's that runs: one first, then the others",
} as const;

/** The member whom an admin means, with the instance that they have. @throws Refusal */
export async function targetOf(
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
