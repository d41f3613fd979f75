import type { LoginRole, Role } from "../../core/member.ts";

/**
 * The platform that does not say who somebody is in Entra, so that a team file may name their account there, in a field of
 * this name.
 */
export const linkedPlatform = "discord";

/** The size in a team file that takes an earlier one back. */
export const usualSize = "default";

/** As many people as one team file may name. */
export const mostEntries = 200;

/** One entry of a team file as it was read. */
export interface TeamEntry {
  /** "Entry 3, mia@contoso.com". */
  readonly label: string;
  /** Why it can't be used; then the rest is missing. */
  readonly problem?: string | undefined;
  /** E-mail address or object id. */
  readonly email?: string | undefined;
  /** User id on the platform whose accounts are linked. */
  readonly account?: string | undefined;
  readonly role?: Role | undefined;
  readonly loginRole?: LoginRole | undefined;
  /** `default`: again what it is for everybody. */
  readonly size?: string | undefined;
}
