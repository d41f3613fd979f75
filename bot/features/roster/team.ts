import type { LoginRole, Role } from "../../core/member.ts";

/**
 * The platform that doesn't say who a person is in Entra. A team file may therefore name their account there, in a field of
 * this name.
 */
export const linkedPlatform = "discord";

/** The size in a team file that removes an earlier one. */
export const usualSize = "default";

/** How many people one team file may name. */
export const mostEntries = 200;

/** One entry of a team file, as read. */
export interface TeamEntry {
  /** "Entry 3, mia@contoso.com". */
  readonly label: string;
  /** Why the entry can't be used. If set, the fields below are missing. */
  readonly problem?: string | undefined;
  /** E-mail address or object id. */
  readonly email?: string | undefined;
  /** User id on the platform whose accounts are linked. */
  readonly account?: string | undefined;
  readonly role?: Role | undefined;
  readonly loginRole?: LoginRole | undefined;
  /** `default` removes an earlier size. */
  readonly size?: string | undefined;
}
