import type { Account } from "./account.ts";
import type { LoginRole, Role } from "./member.ts";

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

/** What becomes of an entry. `add` and `change` are still to be done; `unfinished` is on the roster so, and Azure has
 * refused what follows from it; `absent` is a member of whom the file says nothing. */
export const importStates = [
  "add",
  "change",
  "same",
  "refused",
  "added",
  "changed",
  "unfinished",
  "absent",
] as const;
export type ImportState = (typeof importStates)[number];

/** One entry of an import, found in the directory. */
export interface ImportEntry {
  readonly label: string;
  readonly state: ImportState;
  /** What is other than it was, or why it can't be. */
  readonly said: string;
  readonly person?:
    | {
        readonly objectId: string;
        readonly name: string;
        readonly email?: string | undefined;
        readonly principalName?: string | undefined;
      }
    | undefined;
  readonly account?: Account | undefined;
  readonly role?: Role | undefined;
  readonly loginRole?: LoginRole | undefined;
  readonly size?: string | undefined;
}

/** Some entries of an import: all of them may be more than a row holds. */
export interface ImportPart {
  /** The same for all parts of an import. */
  readonly id: string;
  readonly part: number;
  readonly parts: number;
  readonly status: "asked" | "running" | "done";
  /** Who confirmed it. */
  readonly by: Account;
  /** ISO 8601. */
  readonly listedAt: string;
  readonly entries: readonly ImportEntry[];
}

export const importRow = (id: string, part: number): string => `${id}-${part}`;
