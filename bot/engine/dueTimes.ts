import type { Person } from "../core/people.ts";
import type { Change, Due } from "../core/store.ts";
import type { Parts } from "../parts.ts";

type Asked = Pick<Parts, "features" | "settings">;

/** When somebody wants to be looked at again, as each feature says. */
export const duesOf = (person: Person, { features, settings }: Asked): readonly Due[] =>
  features.flatMap(({ dueTimes }) => dueTimes?.(person, settings) ?? []);

/** Whether a transaction changes what due times follow from. */
export const changesPerson = (changes: readonly Change[]): boolean =>
  changes.some(({ kind }) => kind === "member" || kind === "instance");

/** What is due for somebody once their rows are changed, and was not before. */
export function newlyDue(
  before: Person | undefined,
  changes: readonly Change[],
  parts: Asked,
): readonly Due[] {
  const member = changes.find((change) => change.kind === "member")?.value ?? before?.member;
  const instance = changes.find((change) => change.kind === "instance")?.value ?? before?.instance;
  const named = new Set(before && duesOf(before, parts).map(nameOf));
  return member ? duesOf({ member, instance }, parts).filter((due) => !named.has(nameOf(due))) : [];
}

const nameOf = ({ at, message }: Due): string => `${at.getTime()} ${message.kind} ${message.id}`;
