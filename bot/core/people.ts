import { nothingChanged } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { type Account, accountKey, isAdmin, isHeard, type Member } from "./member.ts";
import { memberKey } from "./names.ts";
import type { Row, Store } from "./store.ts";

/**
 * The person an account belongs to: known by their Entra object id if the platform vouches for it, otherwise linked by an admin. A
 * link is written before the member's record and may outlive a failed call, so it counts only if the record agrees.
 * @param key the owner it seems to have, if already known
 */
export async function personOf(
  account: Account,
  store: Pick<Store, "memberOf" | "person">,
  key?: string,
): Promise<{ member?: Row<Member>; instance?: Row<Instance> }> {
  key ??= await keyOf(account, store);
  const person = key === undefined ? {} : await store.person(key);
  const theirs = account.objectId !== undefined || (person.member && holds(person.member.value, account));
  return theirs ? person : {};
}

/** The key of the person an account seems to belong to. */
export const keyOf = async (account: Account, store: Pick<Store, "memberOf">): Promise<string | undefined> =>
  account.objectId ? memberKey(account.objectId) : store.memberOf(account);

export const holds = (member: Pick<Member, "accounts">, account: Pick<Account, "platform" | "id">): boolean =>
  member.accounts.some((held) => accountKey(held) === accountKey(account));

/**
 * The keys of the admins who exist and can speak to the bot. A key may be there although its member was never created, and without
 * a platform that vouches for people, an admin without an account can't speak to the bot.
 */
export async function presentAdmins(
  store: Pick<Store, "admins" | "person">,
  vouched: boolean,
): Promise<readonly string[]> {
  const keys = await store.admins();
  const people = await Promise.all(keys.map((key) => store.person(key)));
  return keys.filter((_, i) => {
    const member = people[i]?.member?.value;
    return member !== undefined && isAdmin(member) && isHeard(member, vouched);
  });
}

/** The change that adds an admin. */
export const withAdmin =
  (key: string) =>
  (keys: readonly string[]): readonly string[] => [...keys.filter((admin) => admin !== key), key];

/**
 * The change that removes an admin, decided on the keys as they are when it is written, because two admins may be removed at once.
 * Refuses to remove the last one.
 */
export async function withoutAdmin(
  key: string,
  { store, vouched }: { readonly store: Pick<Store, "admins" | "person">; readonly vouched: boolean },
): Promise<(keys: readonly string[]) => readonly string[]> {
  const others = (await presentAdmins(store, vouched)).filter((admin) => admin !== key);
  return (keys) => {
    const rest = keys.filter((admin) => admin !== key);
    if (rest.some((admin) => others.includes(admin))) return rest;
    throw nothingChanged("That's the last admin, and there has to be one. Make someone else an admin first.");
  };
}

/** Whether a list from the environment names a person: by their account, or by who they are in Entra. */
export const isListed = (list: readonly string[], account: Account, member: Member | undefined): boolean =>
  [accountKey(account), `entra:${member?.objectId ?? account.objectId?.toLowerCase()}`].some((name) =>
    list.includes(name),
  );
