import type { Clock } from "../../bot/core/clock.ts";
import { putBack, type Snapshot, snapshotOf } from "../../local/snapshot.ts";
import { serve } from "./seam.ts";

interface Entity {
  readonly [property: string]: unknown;
  readonly PartitionKey: string;
  readonly RowKey: string;
}

interface StoredEntity {
  readonly entity: Entity;
  readonly etag: string;
}

export interface Message {
  readonly id: string;
  readonly text: string;
  /** Milliseconds. */
  visibleAt: number;
  receipt: string;
  dequeued: number;
}

interface State {
  /** The last number that was given to a version, a message or a receipt. */
  last: number;
  /** By table, then by the two keys: a partition is found without looking at the others. */
  readonly tables: Record<string, Table>;
  readonly queues: Record<string, Message[]>;
}

type Partition = Record<string, StoredEntity>;
type Table = Record<string, Partition>;

export type Storage = Awaited<ReturnType<typeof startStorage>>;

/** As many rows as a page of a query holds at most ("Query timeout and pagination", Microsoft Learn, 2026). */
const pageSize = 1000;

/**
 * A storage account in memory: tables and queues, as far as the bot and the Functions host use them. `storage.test.ts` holds
 * what it answers against Azurite.
 * @param heard called at each call
 */
export async function startStorage(clock: Clock, heard: () => void = () => undefined) {
  const state: State = { last: 0, tables: {}, queues: {} };
  const next = () => {
    state.last += 1;
    return state.last;
  };
  const server = await serve(
    (request) => {
      heard();
      return route(request, state, next, clock);
    },
    { port: 0 },
  );
  const key = Buffer.from("storage in memory").toString("base64");
  return {
    connectionString: [
      "DefaultEndpointsProtocol=http;AccountName=memory",
      `AccountKey=${key}`,
      `TableEndpoint=${server.url}/memory`,
      `QueueEndpoint=${server.url}/memory/queues`,
    ].join(";"),
    /** Every row: table, keys and JSON. */
    rows: () =>
      Object.entries(state.tables).flatMap(([table, rows]) =>
        entitiesOf(rows).map(({ entity }) => ({
          table,
          partition: entity.PartitionKey,
          row: entity.RowKey,
          value: JSON.parse(String(entity["json"])) as unknown,
        })),
      ),
    /** What one row holds. */
    row: (table: string, partition: string, row: string): unknown => {
      const found = state.tables[table]?.[partition]?.[row];
      return found && JSON.parse(String(found.entity["json"]));
    },
    /** The keys of a table's rows. */
    keys: (table: string): readonly string[] =>
      entitiesOf(state.tables[table] ?? {}).map(({ entity }) => entity.RowKey),
    /** The messages of a queue, whoever may see them when. */
    messages: (queue: string): readonly Message[] => state.queues[queue] ?? [],
    /** Takes the message that is visible first, as the host of Functions does. */
    take(queue: string, lockSeconds: number, until = clock.now().getTime()): Message | undefined {
      const now = clock.now().getTime();
      const [first] = (state.queues[queue] ?? [])
        .filter(({ visibleAt }) => visibleAt <= until)
        .toSorted((a, b) => a.visibleAt - b.visibleAt);
      if (!first) return undefined;
      first.visibleAt = now + lockSeconds * 1000;
      first.dequeued += 1;
      return first;
    },
    drop(queue: string, id: string) {
      state.queues[queue] = (state.queues[queue] ?? []).filter((message) => message.id !== id);
    },
    /** As the host does with what has failed too often. */
    putAside(queue: string, id: string) {
      const aside = (state.queues[queue] ?? []).filter((message) => message.id === id);
      this.drop(queue, id);
      state.queues[`${queue}-poison`] = [
        ...(state.queues[`${queue}-poison`] ?? []),
        ...aside.map((message) => ({ ...message, visibleAt: 0, dequeued: 0 })),
      ];
    },
    snapshot: () => snapshotOf(state),
    restore: (snapshot: Snapshot<State>) => putBack(state, snapshot),
  };
}

async function route(request: Request, state: State, next: () => number, clock: Clock): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const body = await request.text();
  const [, , queues, queue = "", , id] = pathname.split("/");
  if (queues === "queues") return ofQueue({ request, body, searchParams, queue, id }, state, next, clock);
  if (pathname.endsWith("/$batch")) return batch(body, state, next);
  const { method, headers } = request;
  return answerOf(
    ofTable({ method, path: pathname, ifMatch: headers.get("if-match"), body, searchParams }, state, next),
  );
}

// Tables ("Table service REST API", Microsoft Learn, 2026).

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly ifMatch: string | null;
  readonly body: string;
  readonly searchParams: URLSearchParams;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const answerOf = ({ status, body, headers = {} }: Answer): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
  });

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { "x-ms-error-code": code },
  body: { "odata.error": { code, message: { lang: "en-US", value: message } } },
});
const noTable = refusal(404, "TableNotFound", "The table specified does not exist.");
const noEntity = refusal(404, "ResourceNotFound", "The specified resource does not exist.");
const otherVersion = refusal(
  412,
  "UpdateConditionNotSatisfied",
  "The update condition specified in the request was not satisfied.",
);

const entitiesOf = (table: Table): StoredEntity[] =>
  Object.values(table).flatMap((each) => Object.values(each));

const keyOf = ({ PartitionKey, RowKey }: Entity): string => `${PartitionKey}\n${RowKey}`;
const unquoted = (text: string): string => decodeURIComponent(text).replaceAll("''", "'");

function ofTable(
  { method, path, ifMatch, body, searchParams }: Asked,
  state: State,
  next: () => number,
): Answer {
  const name = path.split("/").at(-1) ?? "";
  if (method === "POST" && name === "Tables") return makeTable(JSON.parse(body).TableName, state);
  if (method === "GET" && name === "Tables")
    return { status: 200, body: { value: Object.keys(state.tables).map((TableName) => ({ TableName })) } };
  const [, table = "", partition, row] =
    /^(\w+)(?:\((?:PartitionKey='(.*)',RowKey='(.*)')?\))?$/.exec(name) ?? [];
  const rows = state.tables[table];
  if (!rows) return noTable;
  const version = (entity: Entity): StoredEntity => ({ entity, etag: `W/"datetime'${next()}'"` });
  const written = (entity: Entity): Answer => {
    const stored = version(entity);
    rows[entity.PartitionKey] ??= {};
    Object.assign(rows[entity.PartitionKey] ?? {}, { [entity.RowKey]: stored });
    return { status: 204, headers: { etag: stored.etag } };
  };
  if (partition === undefined || row === undefined) {
    if (method === "GET") return query(rows, searchParams);
    const entity: Entity = JSON.parse(body);
    if (rows[entity.PartitionKey]?.[entity.RowKey])
      return refusal(409, "EntityAlreadyExists", "The specified entity already exists.");
    return written(entity);
  }
  const [partitionKey, rowKey] = [unquoted(partition), unquoted(row)];
  const found = rows[partitionKey]?.[rowKey];
  if (method === "GET") return found ? { status: 200, body: shown(found) } : noEntity;
  if (!found && ifMatch !== null) return noEntity;
  if (found && ifMatch !== null && ifMatch !== "*" && ifMatch !== found.etag) return otherVersion;
  if (method === "DELETE") {
    delete rows[partitionKey]?.[rowKey];
    return { status: 204 };
  }
  return written({ ...JSON.parse(body), PartitionKey: partitionKey, RowKey: rowKey });
}

function makeTable(name: string, state: State): Answer {
  if (state.tables[name]) return refusal(409, "TableAlreadyExists", "The table specified already exists.");
  state.tables[name] = {};
  return { status: 204 };
}

const shown = ({ entity, etag }: StoredEntity) => ({ "odata.etag": etag, ...entity });

/** By the two keys alone: what the bot asks for. Anything else is refused loudly. */
function query(rows: Table, parameters: URLSearchParams): Answer {
  const conditions = (parameters.get("$filter") ?? "").split(" and ").filter(Boolean).map(conditionOf);
  const from = [parameters.get("NextPartitionKey"), parameters.get("NextRowKey")] as const;
  const start = from[0] === null ? "" : `${from[0]}\n${from[1] ?? ""}`;
  const partition = conditions.find(
    ({ property, comparison }) => property === "PartitionKey" && comparison === "eq",
  );
  const among = partition ? Object.values(rows[partition.wanted] ?? {}) : entitiesOf(rows);
  const found = among
    .filter(({ entity }) => keyOf(entity) >= start && conditions.every(({ fits }) => fits(entity)))
    .toSorted((a, b) => (keyOf(a.entity) < keyOf(b.entity) ? -1 : 1));
  const size = Math.min(Number(parameters.get("$top") ?? pageSize), pageSize);
  const rest = found[size]?.entity;
  const headers = rest && {
    "x-ms-continuation-nextpartitionkey": rest.PartitionKey,
    "x-ms-continuation-nextrowkey": rest.RowKey,
  };
  return {
    status: 200,
    body: { value: found.slice(0, size).map(shown) },
    ...(headers && { headers }),
  };
}

const comparisons: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  eq: (a, b) => a === b,
  ge: (a, b) => a >= b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  lt: (a, b) => a < b,
};

interface Condition {
  readonly property: "PartitionKey" | "RowKey";
  readonly comparison: string;
  readonly wanted: string;
  fits(entity: Entity): boolean;
}

function conditionOf(text: string): Condition {
  const [, property, comparison = "", literal = ""] =
    /^\(?(PartitionKey|RowKey) (eq|ge|le|gt|lt) '(.*)'\)?$/.exec(text) ?? [];
  if (property !== "PartitionKey" && property !== "RowKey")
    throw new Error(`a filter that is not known: ${text}`);
  const wanted = literal.replaceAll("''", "'");
  const compare = comparisons[comparison];
  return { property, comparison, wanted, fits: (entity) => compare?.(entity[property], wanted) ?? false };
}

/** All of it or nothing ("Performing entity group transactions"). The first that is refused speaks for all. */
function batch(body: string, state: State, next: () => number): Response {
  const boundary = /boundary=(changeset_\S+)/.exec(body)?.[1] ?? "";
  const parts = body.split(`--${boundary}`).slice(1, -1).map(partOf);
  const table = tableIn(parts[0]?.path ?? "");
  const rows = state.tables[table] ?? {};
  // A batch is of one partition.
  const partition = partitionIn(parts[0]);
  const before = { ...rows[partition] };
  const targets = new Set(parts.map(targetOf));
  const answers =
    targets.size < parts.length
      ? [
          refusal(
            400,
            "InvalidDuplicateRow",
            "0:The batch request contains multiple changes with same row key.",
          ),
        ]
      : parts.map((part) => ofTable(part, state, next));
  const refused = answers.findIndex(({ status }) => status >= 400);
  if (refused >= 0) rows[partition] = before;
  const shownAnswers = refused >= 0 ? answers.slice(refused, refused + 1) : answers;
  const id = next();
  const text = [
    `--batchresponse_${id}\r\nContent-Type: multipart/mixed; boundary=changesetresponse_${id}\r\n\r\n`,
    ...shownAnswers.map((answer) => `--changesetresponse_${id}\r\n${inPart(answer)}\r\n`),
    `--changesetresponse_${id}--\r\n--batchresponse_${id}--\r\n`,
  ].join("");
  return new Response(text, {
    status: 202,
    headers: { "content-type": `multipart/mixed; boundary=batchresponse_${id}` },
  });
}

const tableIn = (path: string): string => /\/(\w+)(\(|$)/.exec(path)?.[1] ?? "";

function partitionIn(part: Asked | undefined): string {
  const [, inPath] = /PartitionKey='(.*)',RowKey=/.exec(part?.path ?? "") ?? [];
  return inPath === undefined ? JSON.parse(part?.body || "{}").PartitionKey : unquoted(inPath);
}

function targetOf({ path, body, method }: Asked): string {
  if (method !== "POST") return path.split("(").at(-1) ?? "";
  const { PartitionKey, RowKey } = JSON.parse(body);
  return `PartitionKey='${PartitionKey}',RowKey='${RowKey}')`;
}

function partOf(text: string): Asked {
  const [, method = "", url = ""] = /^(GET|POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP/m.exec(text) ?? [];
  const { pathname, searchParams } = new URL(url);
  return {
    method,
    path: pathname.replace(/^\/memory/, ""),
    ifMatch: /^if-match: (.*?)\r?$/im.exec(text)?.[1] ?? null,
    body: /\{.*\}/.exec(text)?.[0] ?? "",
    searchParams,
  };
}

function inPart({ status, headers = {}, body }: Answer): string {
  const etag = headers["etag"] ? `ETag: ${headers["etag"]}\r\n` : "";
  const head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
  return `${head}HTTP/1.1 ${status} Status\r\n${etag}\r\n${body === undefined ? "" : JSON.stringify(body)}`;
}

// Queues ("Queue service REST API", Microsoft Learn, 2026).

interface QueueCall {
  readonly request: Request;
  readonly body: string;
  readonly searchParams: URLSearchParams;
  readonly queue: string;
  readonly id: string | undefined;
}

function ofQueue(
  { request: { method }, body, searchParams, queue, id }: QueueCall,
  state: State,
  next: () => number,
  clock: Clock,
): Response {
  const seconds = Number(searchParams.get("visibilitytimeout") ?? 0);
  const now = clock.now().getTime();
  if (method === "PUT" && id === undefined) {
    state.queues[queue] ??= [];
    return new Response(null, { status: 201 });
  }
  const messages = state.queues[queue];
  if (!messages) return queueError(404, "QueueNotFound");
  if (searchParams.get("comp") === "metadata")
    return new Response(null, { headers: { "x-ms-approximate-messages-count": `${messages.length}` } });
  if (method === "POST") {
    const text = /<MessageText>(.*)<\/MessageText>/s.exec(body)?.[1] ?? "";
    const visibleAt = now + seconds * 1000;
    const message = { id: `message-${next()}`, text, visibleAt, receipt: `${next()}`, dequeued: 0 };
    messages.push(message);
    return messageList([message], 201);
  }
  if (method === "GET") {
    const most = Number(searchParams.get("numofmessages") ?? 1);
    const visible = messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, most);
    for (const message of visible) {
      message.visibleAt = now + (seconds || 30) * 1000;
      message.receipt = `${next()}`;
      message.dequeued += 1;
    }
    return messageList(visible, 200);
  }
  const index = messages.findIndex((message) => message.id === id);
  const found = messages[index];
  if (!found) return queueError(404, "MessageNotFound");
  if (found.receipt !== searchParams.get("popreceipt")) return queueError(400, "PopReceiptMismatch");
  messages.splice(index, 1);
  return new Response(null, { status: 204 });
}

const queueError = (status: number, code: string): Response =>
  new Response(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
    {
      status,
      headers: { "content-type": "application/xml", "x-ms-error-code": code },
    },
  );

function messageList(messages: readonly Message[], status: number): Response {
  const at = (time: number) => new Date(time).toUTCString();
  const each = messages.map(
    ({ id, text, visibleAt, receipt, dequeued }) =>
      `<QueueMessage><MessageId>${id}</MessageId><InsertionTime>${at(0)}</InsertionTime>` +
      `<ExpirationTime>${at(253402300799000)}</ExpirationTime><PopReceipt>${receipt}</PopReceipt>` +
      `<TimeNextVisible>${at(visibleAt)}</TimeNextVisible><DequeueCount>${dequeued}</DequeueCount>` +
      `<MessageText>${text}</MessageText></QueueMessage>`,
  );
  return new Response(
    `<?xml version="1.0" encoding="utf-8"?><QueueMessagesList>${each.join("")}</QueueMessagesList>`,
    { status, headers: { "content-type": "application/xml" } },
  );
}
