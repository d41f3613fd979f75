import { nothingChanged } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { type Account, accountKey, isAdmin, isHeard, type Member } from "./member.ts";
import { memberKey } from "./names.ts";
import type { Row, Store } from "./store.ts";

/**
 * Whose account it is: known by their Entra object id where the platform vouches for it, else linked by an admin. A link
 * is written before the member's record and may outlive a call that failed, so it counts only where the record agrees.
 * @param key whose it seems to be, where that was asked already
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

/** The key of whoever an account seems to belong to. */
export const keyOf = async (account: Account, store: Pick<Store, "memberOf">): Promise<string | undefined> =>
  account.objectId ? memberKey(account.objectId) : store.memberOf(account);

export const holds = (member: Pick<Member, "accounts">, account: Pick<Account, "platform" | "id">): boolean =>
  member.accounts.some((held) => accountKey(held) === accountKey(account));

/**
 * The keys of those admins who really are, and can say so: a key may be there whose member never came to be, and where no
 * platform vouches for people, who has no account is heard by nobody.
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

/** The change that makes somebody an admin. */
export const withAdmin =
  (key: string) =>
  (keys: readonly string[]): readonly string[] => [...keys.filter((admin) => admin !== key), key];

/**
 * The change that leaves out an admin, decided on the keys as they are when it is written: two may be left out at once.
 * It refuses to leave out the last one.
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

/** Whether a list of the environment's names somebody: their account, or who they are in Entra. */
export const isListed = (list: readonly string[], account: Account, member: Member | undefined): boolean =>
  [accountKey(account), `entra:${member?.objectId ?? account.objectId?.toLowerCase()}`].some((name) =>
    list.includes(name),
  );
