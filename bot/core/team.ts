import type { Account } from "./account.ts";
import type { LoginRole, Role } from "./member.ts";

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
