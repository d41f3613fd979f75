import * as z from "zod";
import type { Of } from "./shape.ts";

/** A person as one platform knows them. */
export const accountShape = z.strictObject({
  platform: z.string(),
  id: z.string(),
  name: z.string(),
  /** The Entra object id, if the platform vouches for it: then this is the person, whatever accounts are linked. */
  objectId: z.string().optional(),
  /** Why it can't be linked to anyone: it belongs to a bot, or to someone who left the team's server. */
  unfit: z.enum(["bot", "left"]).optional(),
});
export type Account = Of<typeof accountShape>;
export type Unfit = NonNullable<Account["unfit"]>;

/** The same key for the same person on the same platform, whatever they call themselves today. */
export const accountKey = (account: { readonly platform: string; readonly id: string }): string =>
  `${account.platform}:${account.id}`;

export const roles = ["user", "admin"] as const;
/** What a person may do in chat. */
export type Role = (typeof roles)[number];

export const loginRoles = ["user", "administrator"] as const;
/** What a person may do on their VM: an administrator has sudo there. */
export type LoginRole = (typeof loginRoles)[number];

/** A person on the roster. `leaving`: removed, with cleanup in Azure in progress; `left`: cleanup finished. */
export const memberShape = z.strictObject({
  /** Ten lower-case characters derived from the object id, and part of every name in Azure. */
  key: z.string(),
  /** Entra object id. */
  objectId: z.string(),
  name: z.string(),
  email: z.string().optional(),
  /** The name with which they sign in to Entra, if it isn't their e-mail address. */
  principalName: z.string().optional(),
  role: z.enum(roles),
  loginRole: z.enum(loginRoles),
  accounts: z.array(accountShape),
  /** Of their next instance, if it isn't the default. */
  size: z.string().optional(),
  status: z.enum(["active", "leaving", "left"]),
  /** ISO 8601. */
  addedAt: z.string(),
});
export type Member = Of<typeof memberShape>;

/** Whether a member can speak to the bot: through an account, or because some platform vouches for people. */
export const isHeard = ({ accounts }: Pick<Member, "accounts">, vouched: boolean): boolean =>
  vouched || accounts.length > 0;

export const isAdmin = (member: Member | undefined): boolean =>
  member?.status === "active" && member.role === "admin";
