import type { MissingRight } from "./cloud.ts";
import type { Fault } from "./errors.ts";
import type { OperationRecord } from "./operation.ts";

/** How the bot itself is. */
export interface Health {
  readonly version: string;
  readonly queue: { readonly waiting: number; readonly poison: number };
  readonly running: number;
  /** The operation that has been running the longest, and whose it is; `overdue`: it should have been given up by now. */
  readonly oldest?:
    | { readonly operation: OperationRecord; readonly member: string; readonly overdue: boolean }
    | undefined;
  /** Messages that are owed and have not been delivered. */
  readonly owed: number;
  /** Those of them that have waited for longer than they should. */
  readonly owedForLong: readonly { readonly platform: string; readonly why: string }[];
  /** The platforms that take nothing from the bot, since when (ISO 8601), and why. */
  readonly unwell: readonly { readonly platform: string; readonly since: string; readonly why: string }[];
  /** Messages that nobody could be given in the last days. */
  readonly lost: number;
  /** Rights that the bot lacks in Azure, or why nobody knows. */
  readonly rights: readonly MissingRight[] | Fault;
  /** Whether it may look people up in the directory; undefined: nobody knows just now. */
  readonly readsDirectory: boolean | undefined;
  /** What of its settings is missing or wrong, a line each. */
  readonly faults: readonly string[];
  /** What of its settings is seldom meant, a sentence each. */
  readonly problems: readonly string[];
}
