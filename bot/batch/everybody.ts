import type { Bot } from "../core/command.ts";
import { type Instance, isSomething } from "../core/instance.ts";
import type { Member } from "../core/member.ts";

/** A member with what they have, as they were read. */
export interface Owner {
  readonly member: Member;
  readonly instance?: Instance;
}

/** Everybody on the roster, and whoever has left something behind, by name. */
export async function everybody(bot: Bot): Promise<readonly Owner[]> {
  const people = await bot.store.people();
  return people
    .filter(({ member, instance }) => member.status !== "left" || (instance && isSomething(instance)))
    .toSorted((a, b) => a.member.name.localeCompare(b.member.name));
}
