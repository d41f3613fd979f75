import type { Bot, Write } from "../core/command.ts";
import { nothingChanged } from "../core/errors.ts";
import type { Account, Member } from "../core/member.ts";
import { holds } from "../core/people.ts";
import type { Row } from "../core/store.ts";

/** A member with a newly linked account, and what has to be written with them. */
type Tie = { readonly member: Member } & Pick<Write, "link" | "unlink">;

/** Whether an account leads to a member: their record has it, and so does the index. */
export const isTied = async (
  { value: member }: Row<Member>,
  account: Account,
  { store }: Pick<Bot, "store">,
): Promise<boolean> => holds(member, account) && (await store.memberOf(account)) === member.key;

/** Links an account to a member. Changes nothing if it is already linked to them. @throws Refusal if it is linked to another member */
export async function linkAccount(
  { value: member }: Row<Member>,
  account: Account | undefined,
  bot: Bot,
): Promise<Tie> {
  if (account === undefined) return { member };
  const unlink = await staleLinks(account, member.key, bot);
  // Link it even if the record has it: the index may have lost it.
  const accounts = holds(member, account) ? member.accounts : [...member.accounts, account];
  return { member: { ...member, accounts }, unlink, link: [account] };
}

/** The link of an account to someone who isn't, or is no longer, a member. @throws Refusal if it is linked to a member */
export async function staleLinks(
  account: Account,
  key: string,
  bot: Bot,
): Promise<NonNullable<Write["unlink"]>> {
  const taken = await bot.store.memberOf(account);
  if (taken === undefined || taken === key) return [];
  const owner = (await bot.store.person(taken)).member?.value;
  if (owner && owner.status !== "left" && holds(owner, account))
    throw nothingChanged(
      `${account.name} is already linked to ${owner.email ?? owner.name}. If that's wrong, unlink it with /openclaw-admin roster unlink.`,
    );
  return [{ account, member: taken }];
}
