import { unchanged } from "./errors.ts";
import { isAdmin, isHeard } from "./member.ts";
import type { Store } from "./store.ts";

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
    throw unchanged("That is the last admin, and there has to be one. Make somebody else an admin first.");
  };
}
