import { type Account, accountKey } from "./core/account.ts";
import { presentAdmins } from "./core/admins.ts";
import { isAdmin, type Member } from "./core/member.ts";
import { personOf } from "./core/people.ts";
import { isVouched } from "./core/platform.ts";
import type { Parts } from "./parts.ts";

type Needed = Pick<Parts, "store" | "settings" | "platforms">;

/** Whether whoever uses an account may do now what admins may; `member`: who that is on the roster. */
export async function isAdminNow(
  account: Account,
  member: Member | undefined,
  { store, settings, platforms }: Needed,
): Promise<boolean> {
  const names = [accountKey(account), `entra:${member?.objectId ?? account.objectId?.toLowerCase()}`];
  const bootstrap = names.some((name) => settings.bootstrapAdmins.includes(name));
  return isAdmin(member) || (bootstrap && (await presentAdmins(store, isVouched(platforms))).length === 0);
}

/** Whether who has begun something for many may still do that: it goes on only as long as they may. */
export async function mayStill(account: Account, needed: Needed): Promise<boolean> {
  const { member } = await personOf(account, needed.store);
  return isAdminNow(account, member?.value.status === "active" ? member.value : undefined, needed);
}
