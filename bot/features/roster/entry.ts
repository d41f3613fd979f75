import { isTied, linkAccount, staleLinks } from "../../commands/linkAccount.ts";
import { holding } from "../../commands/underWay.ts";
import type { DirectoryPerson } from "../../core/cloud.ts";
import type { Bot, Write } from "../../core/command.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import type { Instance } from "../../core/instance.ts";
import type { Account, LoginRole, Member, Role } from "../../core/member.ts";
import { memberKey } from "../../core/names.ts";
import { holds, withAdmin, withoutAdmin } from "../../core/people.ts";
import type { ReplyAddress, Route } from "../../core/platform.ts";
import type { Row } from "../../core/store.ts";
import type { ImportEntry } from "../../core/team.ts";
import { begin } from "../../engine/begin.ts";
import { usualSize } from "./team.ts";

/** What a caller may set on a member. A field that is missing stays as it is, or takes the default for a new member. */
export interface Wishes {
  /** The account to link to them. */
  readonly account?: Account | undefined;
  /** All accounts of a member who is put back. */
  readonly accounts?: readonly Account[] | undefined;
  readonly role?: Role | undefined;
  readonly loginRole?: LoginRole | undefined;
  /** `default` removes an earlier size. */
  readonly size?: string | undefined;
}

/** Who asked, and where the outcome goes. Without `replyTo`, the caller reports the outcome itself. */
export interface Asked {
  /** The call, from which operations derive their ids. */
  readonly cause: string;
  readonly by: Account;
  readonly replyTo?: ReplyAddress | undefined;
  readonly routes?: readonly Route[] | undefined;
}

interface Written {
  readonly member: Member;
  readonly write: Write;
}

/** Adds a person to the roster in one transaction and starts the operation that creates their identity. @throws Refusal */
export async function join(
  person: DirectoryPerson,
  wishes: Wishes,
  asked: Asked,
  bot: Bot,
): Promise<Written> {
  const key = memberKey(person.objectId);
  const { member: known, instance } = await bot.store.person(key);
  if (known?.value.status === "active")
    throw nothingChanged(
      `${known.value.name} is already on the roster.${
        wishes.account && !wishes.account.objectId && !(await isTied(known, wishes.account, bot))
          ? " To also link this account to them, use /openclaw-admin roster link."
          : ""
      }`,
    );
  const running = known && instance && (await holding(known.value, instance.value, bot))?.value;
  if (known?.value.status === "leaving")
    throw new Refusal(
      running?.notes["told"] === undefined
        ? `${known.value.name} is being removed from the roster. Try again in a few minutes.`
        : `Azure still refuses to close the access of ${known.value.name}. I keep trying; put them back once it's closed.`,
    );
  // It was started for a leaver, and may give away or delete what is theirs again.
  if (running)
    throw nothingChanged(
      `A ${running.name} is in progress for ${known.value.name}. Put them back when it has finished.`,
    );
  const { account, accounts = account ? [account] : [] } = wishes;
  const stale = (await Promise.all(accounts.map((each) => staleLinks(each, key, bot)))).flat();
  const dropped = (known?.value.accounts ?? []).filter((old) => !holds({ accounts }, old));
  const member: Member = {
    key,
    objectId: person.objectId.toLowerCase(),
    name: person.name,
    email: person.email,
    principalName: person.principalName,
    role: wishes.role ?? "user",
    loginRole: wishes.loginRole ?? "user",
    accounts,
    size: sizeOf(wishes, undefined),
    status: "active",
    addedAt: bot.now.toISOString(),
  };
  const begun = begin({ ...beginning(asked, bot), operation: bot.operations.enroll, member, instance });
  return {
    member,
    write: {
      partition: key,
      audit: `added ${member.name} to the roster`,
      // Unlink the account from a former member or from an unfinished link, and unlink this person's former accounts.
      unlink: [...stale, ...dropped.map((old) => ({ account: old, member: key }))],
      link: member.accounts,
      wake: begun.wake,
      changes: [{ kind: "member", id: "", value: member, etag: known?.etag }, ...begun.changes],
      ...(member.role === "admin" ? { admins: withAdmin(key) } : {}),
    },
  };
}

/** The same as an import entry, kept until an admin confirms it. */
export const wishOf = (
  { objectId, name, email, principalName }: NonNullable<ImportEntry["person"]>,
  wishes: Wishes,
): ImportEntry => ({
  label: name,
  state: "add",
  said: "",
  person: { objectId, name, email, principalName },
  ...wishes,
});

const sizeOf = ({ size }: Wishes, before: string | undefined): string | undefined =>
  size === usualSize ? undefined : (size ?? before);

/** The wishes that don't hold yet. */
export async function unfulfilled(row: Row<Member>, wishes: Wishes, bot: Bot): Promise<Wishes> {
  const { value: member } = row;
  const { account } = wishes;
  return {
    account: account && !(await isTied(row, account, bot)) ? account : undefined,
    role: wishes.role === member.role ? undefined : wishes.role,
    loginRole: wishes.loginRole === member.loginRole ? undefined : wishes.loginRole,
    size: wishes.size === (member.size ?? usualSize) ? undefined : wishes.size,
  };
}

/** What would change, in words. Empty if nothing would. */
export async function differences(row: Row<Member>, wishes: Wishes, bot: Bot): Promise<readonly string[]> {
  const { account, role, loginRole, size } = await unfulfilled(row, wishes, bot);
  return [
    ...(role ? [`${role} in chat`] : []),
    ...(loginRole ? [`${loginRole} on their VM`] : []),
    ...(size ? [`${size === usualSize ? "the default size" : `size ${size}`} for their next instance`] : []),
    ...(account ? [`linked to ${account.id} on ${account.platform}`] : []),
  ];
}

/** Changes the member's roster entry and, where it follows from that, their roles in Azure. @throws Refusal */
export async function change(
  row: Row<Member>,
  instance: Row<Instance> | undefined,
  wishes: Wishes,
  asked: Asked,
  bot: Bot,
): Promise<Written> {
  const before = row.value;
  const { member: linked, ...links } = await linkAccount(row, wishes.account, bot);
  const member: Member = {
    ...linked,
    role: wishes.role ?? before.role,
    loginRole: wishes.loginRole ?? before.loginRole,
    size: sizeOf(wishes, before.size),
  };
  // Also where the roster already says so: an earlier attempt may have failed.
  const begun =
    wishes.loginRole && instance?.value.generation
      ? begin({ ...beginning(asked, bot), operation: bot.operations.login, member, instance })
      : undefined;
  const said = await differences(row, wishes, bot);
  return {
    member,
    write: {
      partition: member.key,
      audit: `changed ${member.name} on the roster: ${said.join(", ") || "login role checked"}`,
      ...links,
      wake: begun?.wake,
      changes: [{ kind: "member", id: "", value: member, etag: row.etag }, ...(begun?.changes ?? [])],
      ...(member.role === before.role && wishes.role !== "admin"
        ? {}
        : {
            admins: member.role === "admin" ? withAdmin(member.key) : await withoutAdmin(member.key, bot),
          }),
    },
  };
}

const beginning = ({ cause, by, replyTo, routes }: Asked, bot: Bot) => ({
  cause,
  by,
  replyTo,
  routes,
  now: bot.now,
  settings: bot.settings,
});
