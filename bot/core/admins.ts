import { isAdmin } from "./member.ts";
import type { Store } from "./store.ts";

/** The keys of those admins who really are: a key may be there whose member never came to be. */
export async function presentAdmins(store: Pick<Store, "admins" | "person">): Promise<readonly string[]> {
  const keys = await store.admins();
  const people = await Promise.all(keys.map((key) => store.person(key)));
  return keys.filter((_, i) => isAdmin(people[i]?.member?.value));
}
