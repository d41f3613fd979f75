import { type Account, accountKey } from "./account.ts";
import { memberKey } from "./identifiers.ts";
import type { Instance } from "./instance.ts";
import type { Member } from "./member.ts";
import type { Row, Store } from "./store.ts";

/** A member and what they have. */
export interface Person {
  readonly member: Member;
  readonly instance?: Instance | undefined;
}

/**
 * Whose account it is: known by their Entra object id where the platform vouches for it, else linked by an admin. A link
 * is written before the member's record and may outlive a call that failed, so it counts only where the record agrees.
 */
export async function personOf(
  account: Account,
  store: Pick<Store, "memberOf" | "person">,
): Promise<{ member?: Row<Member>; instance?: Row<Instance> }> {
  const key = account.objectId ? memberKey(account.objectId) : await store.memberOf(account);
  const person = key === undefined ? {} : await store.person(key);
  const theirs = account.objectId !== undefined || (person.member && holds(person.member.value, account));
  return theirs ? person : {};
}

export const holds = (member: Member, account: Pick<Account, "platform" | "id">): boolean =>
  member.accounts.some((held) => accountKey(held) === accountKey(account));
