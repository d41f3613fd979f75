import { randomBytes } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import type { Change, Store } from "../../../bot/core/store.ts";
import { tableStore } from "../../../bot/store/tables.ts";
import { listed } from "../../listed.ts";
import { member } from "./rows.ts";

/** A store in an account of its own. @param now what time it is for whoever writes */
export const storeIn = (connectionString: string, now = "2026-01-01T00:00:00Z"): Store =>
  tableStore({ connectionString }, randomBytes, { now: () => new Date(now) });

export const tableIn = (connectionString: string, table: string): TableClient =>
  TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });

/** The keys of all rows of a table. */
export async function keysOf(connectionString: string, table: string): Promise<string[]> {
  const found = await listed(tableIn(connectionString, table).listEntities());
  return found.map(({ rowKey = "" }) => rowKey);
}

export const newMember = (of: string): Change => ({ kind: "member", id: "", value: member(of) });
