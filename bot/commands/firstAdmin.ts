import type { Bot, Call, Outcome } from "../core/command.ts";
import { isAdmin, isHeard, type Member } from "../core/member.ts";
import { memberKey } from "../core/names.ts";
import { holds, isListed } from "../core/people.ts";
import type { ImportEntry } from "../core/team.ts";
import { askFirst, confirmationId } from "./confirmation.ts";

/** Whether the caller is an admin only until the roster has one. */
export const isFirstAdmin = ({ account, member, admin }: Call, { settings }: Bot): boolean =>
  admin && !isAdmin(member?.value) && !isListed(settings.recoveryAdmins, account, member?.value);

type Named = Pick<Member, "key" | "accounts">;

/** Whether a member is the caller, as far as can be known. */
export const isCaller = (member: Named, { account, member: own }: Call): boolean =>
  member.key === own?.value.key ||
  (account.objectId !== undefined && member.key === memberKey(account.objectId)) ||
  holds(member, account);

/** Whether writing this member ends the caller's admin commands, because someone else becomes the roster's first admin. */
export const locksOut = (member: Named & Pick<Member, "role">, call: Call, bot: Bot): boolean =>
  member.role === "admin" &&
  isFirstAdmin(call, bot) &&
  !isCaller(member, call) &&
  isHeard(member, bot.vouched);

/** What the first admin has to know before they lose the role. */
export const lockOutWarning =
  "You're an admin only because BOOTSTRAP_ADMINS names you, and that ends with the first admin on the roster. After this, I'll refuse your admin commands. To stay an admin, press Add me first.";

/** Puts the caller on the roster as an admin and offers to continue with the question. */
export const addMeButton = (
  { account, member }: Call,
  more?: { readonly of: string; readonly next: string },
) => {
  const entra = member?.value.objectId ?? account.objectId;
  const options = { ...(entra !== undefined && { entra }), ...more };
  return { label: "Add me", style: "primary", line: { command: "roster add-me", options } } as const;
};

/** The line of the button that does what the question was about. */
export const handOverLine = (of: string) => ({ command: "roster handover", options: { of } });

/** Asks the first admin before they make someone else an admin. */
export function askToHandOver(call: Call, bot: Bot, { key, name }: Member, wish: ImportEntry): Outcome {
  return askFirst(call, bot, {
    partition: key,
    card: {
      title: `Make ${name} an admin, and stop being one yourself?`,
      tone: "bad",
      text: lockOutWarning,
      buttons: [addMeButton(call, { of: key, next: confirmationId(call) })],
    },
    keep: "Don't go on",
    label: "Go on without me",
    line: handOverLine(key),
    wish,
  });
}
