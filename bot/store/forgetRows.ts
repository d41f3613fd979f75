import * as z from "zod";
import { isOver, withoutDeadTokens } from "../core/lifetimes.ts";
import type { RowKind } from "../core/store.ts";
import { partsOfKey, rowKey } from "./keys.ts";
import { rowSchemas } from "./schemas.ts";
import { Clash, type JsonTable, type Stored } from "./table.ts";

/** Removes from table `state` what is over, and dead tokens from the rest. What somebody changes meanwhile is left to the next time. */
export async function forgetRows(state: JsonTable, now: Date, auditDays: number): Promise<void> {
  for await (const row of state.all()) {
    const { partition, rowKey: key, etag } = row;
    try {
      const after = await fate(row, now, auditDays, state);
      if (after === "goes") await state.remove(partition, key, etag);
      else if (after) await state.replace(partition, key, after.value, etag);
    } catch (error) {
      if (!(error instanceof Clash)) throw error;
    }
  }
}

type Fate = "goes" | { readonly value: unknown } | undefined;

/** What becomes of a row; undefined: it stays as it is. */
async function fate(
  { partition, rowKey: key, value }: Stored & { readonly partition: string },
  now: Date,
  auditDays: number,
  state: JsonTable,
): Promise<Fate> {
  const { kind, id } = partsOfKey(key);
  // What a newer version has written is left to it.
  if (!isKind(kind)) return undefined;
  if (isOverRow(kind, id, value, now, auditDays))
    return (await isNeeded(state, partition, kind, id)) ? undefined : "goes";
  const clean = withoutDeadTokens(value, now);
  const { data: undated } = kind === "delivery" ? undatedRow.safeParse(clean ?? value) : {};
  // Of an earlier version: counted from now on.
  if (undated) return { value: { ...undated, at: now.toISOString() } };
  return clean === undefined ? undefined : { value: clean };
}

const undatedRow = z.looseObject({ at: z.undefined().optional() });

const isKind = (kind: string): kind is RowKind => Object.hasOwn(rowSchemas, kind);

function isOverRow<K extends RowKind>(
  kind: K,
  id: string,
  value: unknown,
  now: Date,
  auditDays: number,
): boolean {
  const { data } = rowSchemas[kind].safeParse(value);
  return data !== undefined && isOver(kind, id, data, now, auditDays);
}

/** Whether another row speaks of it: an instance of an operation, an operation that runs of the message about it. */
async function isNeeded(state: JsonTable, partition: string, kind: RowKind, id: string): Promise<boolean> {
  if (kind === "delivery") {
    const found = await state.get(partition, rowKey("op", id));
    return rowSchemas.op.safeParse(found?.value).data?.status === "running";
  }
  if (kind !== "op") return false;
  const found = await state.get(partition, rowKey("instance", ""));
  const { data } = rowSchemas.instance.safeParse(found?.value);
  return [data?.generation, data?.operation, data?.last?.operation, data?.backingUp, data?.removal].includes(
    id,
  );
}
