import type { TableClient, TableEntity, TransactionAction } from "@azure/data-tables";
import * as z from "zod";
import { Conflict } from "../core/errors.ts";
import { all } from "../core/first.ts";
import { type StorageConnection, tableClient } from "./connection.ts";

/** One row: keys, one JSON value, and the version that was read. */
export interface Stored {
  readonly rowKey: string;
  readonly value: unknown;
  readonly etag: string;
}

/** A table whose rows hold one JSON value each. Created if it turns out to be missing. */
export interface JsonTable {
  get(partition: string, row: string): Promise<Stored | undefined>;
  /** Rows of a partition from one row key to another, both included, in order. */
  range(partition: string, from: string, to: string): Promise<readonly Stored[]>;
  /** The same, read on demand. */
  scan(partition: string, from: string, to: string): AsyncIterable<Stored>;
  /** @throws Clash if it exists. */
  insert(partition: string, row: string, value: unknown): Promise<void>;
  /** @throws Clash if it was changed in the meantime. */
  replace(partition: string, row: string, value: unknown, etag: string): Promise<void>;
  put(partition: string, row: string, value: unknown): Promise<void>;
  /** Any number of rows, 100 per call. A crash in between leaves some of them written. */
  putAll(partition: string, rows: readonly Omit<RowWrite, "mode">[]): Promise<void>;
  /** Does nothing if there is none. @throws Clash if it was changed since `etag`. */
  remove(partition: string, row: string, etag?: string): Promise<void>;
  /** Rows of all partitions in order. `from`: that row and what follows it; `before`: only partitions whose key is less. */
  all(of: {
    readonly from?: RowPlace | undefined;
    readonly before?: string | undefined;
  }): AsyncIterable<Stored & { readonly partition: string }>;
  /** Everything or nothing, at most 100 rows. @throws Clash */
  transact(partition: string, writes: readonly RowWrite[]): Promise<void>;
}

export interface RowPlace {
  readonly partition: string;
  readonly row: string;
}

export interface RowWrite {
  readonly row: string;
  readonly value: unknown;
  /** `insert`, `put`, or the ETag of the version to replace. */
  readonly mode: "insert" | "put" | { readonly etag: string };
}

/** The row already existed, or was changed or deleted. */
export class Clash extends Error {
  override readonly name = "Clash";
}

/** A string property holds 64 KiB of UTF-16 (Microsoft Learn, "Understanding the Table service data model", 2026). */
const maximumLength = 32_768;

export function jsonTable(
  connection: StorageConnection,
  name: string,
  randomBytes: (count: number) => Uint8Array,
): JsonTable {
  const client = tableClient(connection, name);
  return { ...reading(client), ...writing(client, name, randomBytes) };
}

function reading(client: TableClient): Pick<JsonTable, "get" | "range" | "scan" | "all"> {
  return {
    get: async (partition, row) => {
      try {
        const found = await withTable(client, () => client.getEntity(tableKey(partition), tableKey(row)));
        return stored(found);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    range: (partition, from, to) => all(listed(client, [within(partition, from, to)], stored)),
    scan: (partition, from, to) => listed(client, [within(partition, from, to)], stored),
    all: (of) =>
      listed(client, filtersOf(of), (entity) => ({
        ...stored(entity),
        partition: partitionShape.parse(entity),
      })),
  };
}

async function* listed<T>(
  client: TableClient,
  filters: readonly string[],
  read: (entity: unknown) => T,
): AsyncGenerator<T> {
  try {
    for (const filter of filters)
      for await (const entity of client.listEntities({ queryOptions: filter === "" ? {} : { filter } }))
        yield read(entity);
  } catch (error) {
    if (codeOf(error) !== "TableNotFound") throw error;
  }
}

/** The filters for these rows, one per query. */
function filtersOf({ from, before }: Parameters<JsonTable["all"]>[0]): readonly string[] {
  const rest = [
    ...(from ? [`PartitionKey gt ${literal(from.partition)}`] : []),
    ...(before === undefined ? [] : [`PartitionKey lt ${literal(before)}`]),
  ].join(" and ");
  return from
    ? [`PartitionKey eq ${literal(from.partition)} and RowKey ge ${literal(from.row)}`, rest]
    : [rest];
}

function writing(
  client: TableClient,
  name: string,
  randomBytes: (count: number) => Uint8Array,
): Omit<JsonTable, "get" | "range" | "scan" | "all"> {
  const run = <T>(work: () => Promise<T>): Promise<T> => withTable(client, work);
  const entity = (partition: string, row: string, value: unknown) => ({
    partitionKey: tableKey(partition),
    rowKey: tableKey(row),
    json: jsonOf(value, `${name}: ${row}`),
  });
  const claim = (partition: string, row: string, write: (mark: Mark) => Promise<unknown>) =>
    claiming(client, { write: Buffer.from(randomBytes(12)).toString("base64") }, partition, row, write);
  return {
    insert: async (partition, row, value) => {
      const made = entity(partition, row, value);
      await claim(partition, row, (mark) => client.createEntity({ ...made, ...mark }));
    },
    replace: async (partition, row, value, etag) => {
      const made = entity(partition, row, value);
      await claim(partition, row, (mark) => client.updateEntity({ ...made, ...mark }, "Replace", { etag }));
    },
    put: async (partition, row, value) => {
      await run(() => client.upsertEntity(entity(partition, row, value), "Replace"));
    },
    putAll: async (partition, rows) => {
      // A call may not name a row twice.
      const made = [...new Map(rows.map((each) => [each.row, each])).values()].map(({ row, value }) =>
        action(entity(partition, row, value), "put"),
      );
      for (let start = 0; start < made.length; start += 100)
        await run(() => client.submitTransaction(made.slice(start, start + 100)));
    },
    remove: async (partition, row, etag = "*") => {
      await clashing(
        () =>
          run(() => client.deleteEntity(tableKey(partition), tableKey(row), { etag })).catch(unless([404])),
        [412],
      );
    },
    transact: async (partition, writes) => {
      const made = writes.map(({ row, value, mode }) => ({ mode, entity: entity(partition, row, value) }));
      await claim(partition, writes[0]?.row ?? "", (mark) =>
        client.submitTransaction(made.map(({ mode, entity }) => action({ ...entity, ...mark }, mode))),
      );
    },
  };
}

interface Mark {
  readonly write: string;
}

/**
 * A write that must be the first of its kind. If its answer is lost, the client sends it again and finds its own earlier write: each
 * write therefore leaves a mark of its own in its rows, and a client that finds its mark wasn't too late. `row`: one of those it writes.
 */
async function claiming(
  client: TableClient,
  mark: Mark,
  partition: string,
  row: string,
  write: (mark: Mark) => Promise<unknown>,
): Promise<void> {
  try {
    await clashing(() => withTable(client, () => write(mark)));
  } catch (error) {
    const found = await client.getEntity(tableKey(partition), tableKey(row)).catch(() => undefined);
    if (found?.["write"] !== mark.write) throw error;
  }
}

function action(entity: TableEntity<{ json: string }>, mode: RowWrite["mode"]): TransactionAction {
  if (mode === "insert") return ["create", entity];
  if (mode === "put") return ["upsert", entity, "Replace"];
  return ["update", entity, "Replace", { etag: mode.etag }];
}

/** Keys may not hold `/ \ # ?` or control characters (the same page), and `%` confuses what reads URLs: `!` and the code instead. */
const tableKey = (text: string): string =>
  text.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: just these are forbidden
    /[/\\#?%!\u0000-\u001f\u007f-\u009f]/g,
    (character) => `!${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );

/** The text a key was made from. */
const plainKey = (key: string): string =>
  key.replaceAll(/!([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const within = (partition: string, from: string, to: string): string =>
  `PartitionKey eq ${literal(partition)} and RowKey ge ${literal(from)} and RowKey le ${literal(to)}`;

const literal = (text: string): string => `'${tableKey(text).replaceAll("'", "''")}'`;

function jsonOf(value: unknown, what: string): string {
  const json = JSON.stringify(value);
  if (json.length <= maximumLength) return json;
  throw new RangeError(
    `${what} takes ${json.length} characters; a row of Azure Tables holds ${maximumLength}. Put it in a blob.`,
  );
}

const partitionShape = z
  .object({ partitionKey: z.string() })
  .transform(({ partitionKey }) => plainKey(partitionKey));
const rowShape = z.object({ rowKey: z.string(), etag: z.string(), json: z.string() });

function stored(entity: unknown): Stored {
  const { rowKey, etag, json } = rowShape.parse(entity);
  return { rowKey: plainKey(rowKey), etag, value: JSON.parse(json) };
}

/** Creates a table only when it turns out to be missing: on a cold start every round trip counts. */
async function withTable<T>(client: TableClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) !== "TableNotFound") throw error;
    await client.createTable();
    return work();
  }
}

/** Treats these failures as success. */
const unless = (statuses: readonly number[]) => (error: unknown) => {
  if (!statuses.includes(statusOf(error) ?? 0)) throw error;
};

async function clashing(work: () => Promise<unknown>, statuses = [404, 409, 412]): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0))
      throw new Clash("the row is not as expected", { cause: error });
    throw error;
  }
}

/** What `@azure/data-tables` throws: the code is in the body, or for transactions on the error itself. */
const failure = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  details: z.object({ odataError: z.object({ code: z.string() }).optional() }).optional(),
});

const statusOf = (error: unknown): number | undefined => failure.safeParse(error).data?.statusCode;

function codeOf(error: unknown): string | undefined {
  const found = failure.safeParse(error).data;
  return found?.code ?? found?.details?.odataError?.code;
}

/** If someone else was faster, that is no failure of the table. @throws Conflict */
export async function conflicting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Clash) throw new Conflict("someone else wrote the row first", { cause: error });
    throw error;
  }
}
