import type { Bot, Call, Outcome } from "../core/command.ts";
import { isAdmin, isHeard, type Member } from "../core/member.ts";
import { memberKey } from "../core/names.ts";
import { holds, isListed } from "../core/people.ts";
import type { ImportEntry } from "../core/team.ts";
import { askFirst, confirmationId } from "./confirmation.ts";

/** Whether whoever calls is an admin only until the roster has one. */
export const isFirstAdmin = ({ account, member, admin }: Call, { settings }: Bot): boolean =>
  admin && !isAdmin(member?.value) && !isListed(settings.recoveryAdmins, account, member?.value);

type Named = Pick<Member, "key" | "accounts">;

/** Whether somebody is whoever calls, as far as anything says so. */
export const isCaller = (member: Named, { account, member: own }: Call): boolean =>
  member.key === own?.value.key ||
  (account.objectId !== undefined && member.key === memberKey(account.objectId)) ||
  holds(member, account);

/** Whether the caller can give no more orders once this member is written: somebody else is the roster's first admin then. */
export const locksOut = (member: Named & Pick<Member, "role">, call: Call, bot: Bot): boolean =>
  member.role === "admin" &&
  isFirstAdmin(call, bot) &&
  !isCaller(member, call) &&
  isHeard(member, bot.vouched);

/** What the first admin has to know before they are none. */
export const lockOutWarning =
  "You're an admin only because BOOTSTRAP_ADMINS names you, and that ends with the first admin on the roster. After this, I'll refuse your admin commands. To stay an admin, press Add me first.";

/** Puts the caller on the roster as an admin, and offers to go on with what was asked. */
export const addMeButton = (
  { account, member }: Call,
  more?: { readonly of: string; readonly next: string },
) => {
  const entra = member?.value.objectId ?? account.objectId;
  const options = { ...(entra !== undefined && { entra }), ...more };
  return { label: "Add me", style: "primary", line: { command: "roster add-me", options } } as const;
};

/** The button that carries out what was asked about. */
export const handOverLine = (of: string) => ({ command: "roster handover", options: { of } });

/** Asks the first admin before they make somebody else an admin. */
export function askToHandOver(call: Call, bot: Bot, { key, name }: Member, wish: ImportEntry): Outcome {
  return askFirst(call, bot, {
    partition: key,
    card: {
      title: `Make ${name} an admin, and stop being one yourself?`,
      tone: "bad",
      text: lockOutWarning,
      buttons: [addMeButton(call, { of: key, next: confirmationId(call) })],
    },
    label: "Go on without me",
    line: handOverLine(key),
    wish,
  });
}
