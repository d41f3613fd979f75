import type { Clock } from "../core/clock.ts";
import type { Store } from "../core/store.ts";
import { accountsIn } from "./accounts.ts";
import { adminListIn } from "./adminList.ts";
import { auditIndex } from "./auditIndex.ts";
import { cacheRowsIn } from "./cacheRows.ts";
import { choresIn } from "./chores.ts";
import type { StorageConnection } from "./connection.ts";
import { dueRowsIn } from "./dueRows.ts";
import { forgetRows } from "./forgetRows.ts";
import { commitIn, peopleIn, rowsIn } from "./rows.ts";
import { jsonTable } from "./table.ts";

/**
 * The bot's tables. What must change together is in one partition of `state`; the others are indexes:
 * `accounts` (account → member), `roster` (all members, all admins), `due` (by time), `audit` (by day) and `cache`.
 */
export function tableStore(
  connection: StorageConnection,
  randomBytes: (count: number) => Uint8Array,
  clock: Clock,
): Store {
  const table = (name: string) => jsonTable(connection, name, randomBytes);
  const state = table("state");
  const roster = table("roster");
  const due = table("due");
  const audit = table("audit");
  const cache = table("cache");
  const index = auditIndex(audit, state);
  const chores = choresIn(due, state, index);
  const rows = rowsIn(state);
  return {
    ...rows,
    ...peopleIn(roster, rows),
    commit: commitIn(state, roster, chores, clock),
    audit: (from, to, isWanted) => index.between(from, to, isWanted),
    ...accountsIn(table("accounts")),
    ...adminListIn(roster),
    forget: (now, auditDays, from, bounds) =>
      forgetRows({ state, audit, cache }, now, auditDays, from, bounds),
    tend: (now) => chores.tend(now),
    ...dueRowsIn(due),
    ...cacheRowsIn(cache),
  };
}
