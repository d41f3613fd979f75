import * as z from "zod";
import { dayMs } from "../core/clock.ts";
import { isCacheOver, isOver, withoutDeadTokens } from "../core/lifetimes.ts";
import { type Bookmark, type RowKind, rowShapes } from "../core/store.ts";
import { importRow } from "../core/team.ts";
import { dropFromIndex } from "./auditIndex.ts";
import { partsOfKey, rowKey, rowSchema } from "./rowFormat.ts";
import { Clash, type JsonTable, type RowPlace, type Stored } from "./table.ts";

/** How far one call goes: how many rows it deletes or changes, and how many it looks at. */
interface Bounds {
  readonly changed: number;
  readonly read: number;
}
const usual: Bounds = { changed: 500, read: 20_000 };

/** Each is deleted with its ETag, which this client's transactions don't support. */
const atOnce = 20;

type Tables = Readonly<Record<Bookmark["table"], JsonTable>>;
type PlacedRow = Stored & { readonly partition: string };

/**
 * Deletes expired rows, and expired tokens from the others. What someone else changes in the meantime is left to the next time.
 * @returns where the next call continues; undefined if all rows were looked at
 */
export async function forgetRows(
  tables: Tables,
  now: Date,
  auditDays: number,
  from?: Bookmark,
  bounds = usual,
): Promise<Bookmark | undefined> {
  const left = { ...bounds };
  const day = new Date(now.getTime() - auditDays * dayMs).toISOString().slice(0, 10);
  const passes: readonly Pass[] = [
    {
      table: "state",
      fate: (row) => fate(row, now, auditDays, tables.state),
      beforeItGoes: (row) => leaveIndex(row, tables.audit),
    },
    // Rows that an earlier version left there without an entry.
    { table: "audit", before: day, fate: async () => "goes" },
    { table: "cache", fate: async (row) => cacheFate(row, now) },
  ];
  const begin = from ? passes.findIndex(({ table }) => table === from.table) : 0;
  for (const pass of passes.slice(begin)) {
    const halt = await go(tables[pass.table], pass, from?.table === pass.table ? from : undefined, left);
    if (halt) return { table: pass.table, ...halt };
  }
  return undefined;
}

/** The rows of a table, or of the partitions before one, and what happens to each. */
interface Pass {
  readonly table: Bookmark["table"];
  readonly before?: string;
  fate(row: PlacedRow): Promise<Fate>;
  beforeItGoes?(row: PlacedRow): Promise<void>;
}

async function go(
  table: JsonTable,
  { before, fate: fateOf, beforeItGoes }: Pass,
  from: RowPlace | undefined,
  left: { changed: number; read: number },
): Promise<RowPlace | undefined> {
  const waiting: (() => Promise<void>)[] = [];
  const change = async () => {
    await Promise.all(waiting.splice(0).map((each) => each()));
  };
  for await (const row of table.all({ from, before })) {
    if (left.changed === 0 || left.read === 0) {
      await change();
      return { partition: row.partition, row: row.rowKey };
    }
    left.read -= 1;
    const after = await fateOf(row);
    if (!after) continue;
    left.changed -= 1;
    waiting.push(async () => {
      if (after === "goes") await beforeItGoes?.(row);
      await meet(row, after, table);
    });
    if (waiting.length === atOnce) await change();
  }
  await change();
  return undefined;
}

async function meet({ partition, rowKey: key, etag }: PlacedRow, after: NonNullable<Fate>, table: JsonTable) {
  try {
    if (after === "goes") await table.remove(partition, key, etag);
    else await table.replace(partition, key, after.value, etag);
  } catch (error) {
    if (!(error instanceof Clash)) throw error;
  }
}

async function leaveIndex({ partition, rowKey: key, value }: PlacedRow, audit: JsonTable): Promise<void> {
  const { kind, id } = partsOfKey(key);
  if (kind === "audit") await dropFromIndex(audit, partition, id, rowSchema("audit").parse(value));
}

function cacheFate({ rowKey: name, value }: PlacedRow, now: Date): Fate {
  const { data } = written.safeParse(value);
  return data && isCacheOver(name, data.at, now) ? "goes" : undefined;
}
const written = z.object({ at: z.string() });

type Fate = "goes" | { readonly value: unknown } | undefined;

/** What happens to a row. Undefined: it stays as it is. */
async function fate(
  { partition, rowKey: key, value }: PlacedRow,
  now: Date,
  auditDays: number,
  state: JsonTable,
): Promise<Fate> {
  const { kind, id } = partsOfKey(key);
  // What a newer version wrote is left to it.
  if (!isKind(kind)) return undefined;
  if (isOverRow(kind, id, value, now, auditDays))
    return (await isNeeded(state, partition, kind, id)) ? undefined : "goes";
  const clean = withoutDeadTokens(value, now);
  const { data: undated } = kind === "delivery" ? undatedRow.safeParse(clean ?? value) : {};
  // From an earlier version: its time counts from now.
  if (undated) return { value: { ...undated, at: now.toISOString() } };
  return clean === undefined ? undefined : { value: clean };
}

const undatedRow = z.looseObject({ at: z.undefined().optional() });

const isKind = (kind: string): kind is RowKind => Object.hasOwn(rowShapes, kind);

function isOverRow<K extends RowKind>(
  kind: K,
  id: string,
  value: unknown,
  now: Date,
  auditDays: number,
): boolean {
  const { data } = rowSchema(kind).safeParse(value);
  return data !== undefined && isOver(kind, id, data, now, auditDays);
}

/** Whether it belongs to something still in progress, or another row refers to it. */
async function isNeeded(state: JsonTable, partition: string, kind: RowKind, id: string): Promise<boolean> {
  const statusOf = async (of: "op" | "bulk" | "import", its: string) => {
    const found = await state.get(partition, rowKey(of, its));
    return rowSchema(of).safeParse(found?.value).data?.status;
  };
  switch (kind) {
    case "delivery": {
      const about = [statusOf("op", id), statusOf("bulk", id), statusOf("import", importRow(id, 0))];
      return (await Promise.all(about)).includes("running");
    }
    case "bulk":
      return (await statusOf("bulk", id)) === "running";
    case "import":
      // The first part holds the state of all of them.
      return (await statusOf("import", importRow(id.slice(0, id.lastIndexOf("-")), 0))) === "running";
    case "op": {
      const found = await state.get(partition, rowKey("instance", ""));
      const { data } = rowSchema("instance").safeParse(found?.value);
      const named = [
        data?.generation,
        data?.operation,
        data?.last?.operation,
        data?.backingUp,
        data?.removal,
      ];
      return named.includes(id);
    }
    default:
      return false;
  }
}
