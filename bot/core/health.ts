import type { MissingRight } from "./cloud.ts";
import type { Fault } from "./errors.ts";
import type { OperationRecord } from "./operation.ts";

/** The bot's own health. */
export interface Health {
  readonly version: string;
  readonly queue: { readonly waiting: number; readonly poison: number };
  readonly running: number;
  /** The operation that has been running longest, and whose it is. `overdue`: it should have been given up by now. */
  readonly oldest?:
    | { readonly operation: OperationRecord; readonly member: string; readonly overdue: boolean }
    | undefined;
  /** Messages that are owed and have not been delivered. */
  readonly owed: number;
  /** Those that have waited longer than they should. */
  readonly owedForLong: readonly { readonly platform: string; readonly why: string }[];
  /** The platforms that accept nothing from the bot, since when (ISO 8601), and why. */
  readonly unwell: readonly { readonly platform: string; readonly since: string; readonly why: string }[];
  /** Messages of the last days that reached no one. */
  readonly lost: number;
  /** Rights that the bot lacks in Azure, or why that couldn't be checked. */
  readonly rights: readonly MissingRight[] | Fault;
  /** Whether it may look people up in the directory. Undefined if that couldn't be checked. */
  readonly readsDirectory: boolean | undefined;
  /** Missing or invalid settings, one line each. */
  readonly faults: readonly string[];
  /** Valid settings that are seldom intended, one sentence each. */
  readonly problems: readonly string[];
}
