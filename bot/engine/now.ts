import { type Account, isAdmin, type Member } from "../core/member.ts";
import { botPartition } from "../core/names.ts";
import { isListed, personOf, presentAdmins } from "../core/people.ts";
import { isVouched } from "../core/platform.ts";
import { settingsUnder } from "../core/settings.ts";
import type { Parts } from "../parts.ts";

/** The parts with the settings as they are now: the environment's, with what admins have set over them. Read for each call and step. */
export async function withPolicy(parts: Parts): Promise<Parts> {
  const row = await parts.store.get(botPartition, "policy", "");
  return row ? { ...parts, settings: settingsUnder(parts.settings, row.value) } : parts;
}

type Needed = Pick<Parts, "store" | "settings" | "platforms">;

/** Whether whoever uses an account may do now what admins may; `member`: who that is on the roster. */
export async function isAdminNow(
  account: Account,
  member: Member | undefined,
  { store, settings, platforms }: Needed,
): Promise<boolean> {
  return (
    isAdmin(member) ||
    isListed(settings.recoveryAdmins, account, member) ||
    (isListed(settings.bootstrapAdmins, account, member) &&
      (await presentAdmins(store, isVouched(platforms))).length === 0)
  );
}

/**
 * Whether who has begun something for many may still do that: it goes on only as long as they may. A first admin who never was on the
 * roster goes on, though their own import has put another admin there.
 */
export async function mayStill(account: Account, needed: Needed): Promise<boolean> {
  const { member } = await personOf(account, needed.store);
  const { bootstrapAdmins, recoveryAdmins } = needed.settings;
  if (!member) return isListed([...bootstrapAdmins, ...recoveryAdmins], account, undefined);
  return isAdminNow(account, member?.value.status === "active" ? member.value : undefined, needed);
}
