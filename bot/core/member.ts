import type { Account } from "./account.ts";

export const roles = ["user", "admin"] as const;
/** What a person may do in chat. */
export type Role = (typeof roles)[number];

export const loginRoles = ["user", "administrator"] as const;
/** What a person may do on their VM: an administrator has sudo there. */
export type LoginRole = (typeof loginRoles)[number];

/** A person on the roster. `leaving`: removed, Azure is still being cleared; `left`: cleared. */
export interface Member {
  /** Ten lower-case characters derived from the object id; part of every name in Azure. */
  readonly key: string;
  /** Entra object id. */
  readonly objectId: string;
  readonly name: string;
  readonly email?: string | undefined;
  /** With which they sign in to Entra, where that is not their e-mail address. */
  readonly principalName?: string | undefined;
  readonly role: Role;
  readonly loginRole: LoginRole;
  readonly accounts: readonly Account[];
  /** Of their next instance, where it is another than everybody's. */
  readonly size?: string | undefined;
  readonly status: "active" | "leaving" | "left";
  /** ISO 8601. */
  readonly addedAt: string;
}

/** Whether somebody can say anything to the bot: through an account, or where some platform vouches for people. */
export const isHeard = ({ accounts }: Pick<Member, "accounts">, vouched: boolean): boolean =>
  vouched || accounts.length > 0;

export const isAdmin = (member: Member | undefined): boolean =>
  member?.status === "active" && member.role === "admin";
