import type { Bot } from "../core/command.ts";
import { isSomething, type Person } from "../core/instance.ts";

/** Everyone on the roster, and everyone who left something behind, sorted by name. */
export async function everybody(bot: Bot): Promise<readonly Person[]> {
  const people = await bot.store.people();
  return people
    .filter(({ member, instance }) => member.status !== "left" || (instance && isSomething(instance)))
    .toSorted((a, b) => a.member.name.localeCompare(b.member.name));
}
