import * as z from "zod";
import type { Clock } from "../core/clock.ts";
import type { Store } from "../core/store.ts";
import { auditIndex } from "./auditIndex.ts";
import { choresIn } from "./chores.ts";
import type { StorageConnection } from "./connection.ts";
import { dueRowsIn } from "./dues.ts";
import { forgetRows } from "./forgetRows.ts";
import { peopleIn } from "./people.ts";
import { accountsIn, adminListIn, commitIn, rowsIn } from "./rows.ts";
import { type JsonTable, jsonTable } from "./table.ts";

/**
 * The bot's tables. What must change together is in one partition of `state`; the others are indexes:
 * `accounts` (account → member), `roster` (all members with a copy of what they have, all admins), `due` (by time), `audit` (by day) and `cache`.
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
    ...peopleIn(roster, due, rows, clock),
    commit: commitIn(state, roster, due, clock),
    audit: async function* (from, to, isWanted) {
      // What can't be added now is added by the sweep, which logs why.
      await chores.indexAll(clock.now()).catch(() => undefined);
      yield* index.between(from, to, isWanted);
    },
    ...accountsIn(table("accounts")),
    ...adminListIn(roster),
    forget: (now, auditDays, from, bounds) =>
      forgetRows({ state, audit, cache }, now, auditDays, from, bounds),
    tend: (now) => chores.tend(now),
    ...dueRowsIn(due),
    ...cacheRowsIn(cache),
  };
}

const cachedShape = z.object({ value: z.unknown(), at: z.string() });

/** What can be lost without harm. */
const cacheRowsIn = (cache: JsonTable): Pick<Store, "cached" | "cache"> => ({
  cached: async (name) => {
    const found = await cache.get("cache", name);
    return found && cachedShape.parse(found.value);
  },

  cache: (name, value, at) => cache.put("cache", name, { value, at: at.toISOString() }),
});
