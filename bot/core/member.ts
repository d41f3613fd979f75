import * as z from "zod";
import type { Of } from "./shape.ts";

/** A person as one platform knows them. */
export const accountShape = z.strictObject({
  platform: z.string(),
  id: z.string(),
  name: z.string(),
  /** Entra object id, where the platform vouches for it: then this is the person, whatever accounts are linked. */
  objectId: z.string().optional(),
  /** Why it can't be made anybody's: it is that of a bot, or of somebody who has left the place of the team. */
  unfit: z.enum(["bot", "left"]).optional(),
});
export type Account = Of<typeof accountShape>;
export type Unfit = NonNullable<Account["unfit"]>;

/** The same person on the same platform, whatever they call themselves today. */
export const accountKey = (account: { readonly platform: string; readonly id: string }): string =>
  `${account.platform}:${account.id}`;

export const roles = ["user", "admin"] as const;
/** What a person may do in chat. */
export type Role = (typeof roles)[number];

export const loginRoles = ["user", "administrator"] as const;
/** What a person may do on their VM: an administrator has sudo there. */
export type LoginRole = (typeof loginRoles)[number];

/** A person on the roster. `leaving`: removed, Azure is still being cleared; `left`: cleared. */
export const memberShape = z.strictObject({
  /** Ten lower-case characters derived from the object id; part of every name in Azure. */
  key: z.string(),
  /** Entra object id. */
  objectId: z.string(),
  name: z.string(),
  email: z.string().optional(),
  /** With which they sign in to Entra, where that is not their e-mail address. */
  principalName: z.string().optional(),
  role: z.enum(roles),
  loginRole: z.enum(loginRoles),
  accounts: z.array(accountShape),
  /** Of their next instance, where it is another than everybody's. */
  size: z.string().optional(),
  status: z.enum(["active", "leaving", "left"]),
  /** ISO 8601. */
  addedAt: z.string(),
});
export type Member = Of<typeof memberShape>;

/** Whether somebody can say anything to the bot: through an account, or where some platform vouches for people. */
export const isHeard = ({ accounts }: Pick<Member, "accounts">, vouched: boolean): boolean =>
  vouched || accounts.length > 0;

export const isAdmin = (member: Member | undefined): boolean =>
  member?.status === "active" && member.role === "admin";
