import { type Account, isAdmin, type Member } from "../core/member.ts";
import { botPartition } from "../core/names.ts";
import { isListed, personOf, presentAdmins } from "../core/people.ts";
import { isVouched } from "../core/platform.ts";
import { settingsUnder } from "../core/settings.ts";
import type { Parts } from "../parts.ts";

/** The parts with the current settings: the environment's, overridden by what admins set. Read for each call and step. */
export async function withPolicy(parts: Parts): Promise<Parts> {
  const row = await parts.store.get(botPartition, "policy", "");
  return row ? { ...parts, settings: settingsUnder(parts.settings, row.value) } : parts;
}

type Needed = Pick<Parts, "store" | "settings" | "platforms">;

/** Whether the person with an account may now do what admins may. `member`: who that is on the roster. */
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
 * Whether the person who started something for many may still do that; it continues only as long as they may. A first admin who was
 * never on the roster may, even if their own import put another admin there.
 */
export async function mayStill(account: Account, needed: Needed): Promise<boolean> {
  const { member } = await personOf(account, needed.store);
  const { bootstrapAdmins, recoveryAdmins } = needed.settings;
  if (!member) return isListed([...bootstrapAdmins, ...recoveryAdmins], account, undefined);
  return isAdminNow(account, member?.value.status === "active" ? member.value : undefined, needed);
}
