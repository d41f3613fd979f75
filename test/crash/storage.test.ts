import { TableClient, TableServiceClient, type TransactionAction } from "@azure/data-tables";
import { QueueClient } from "@azure/storage-queue";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { storageAccount } from "../azurite.ts";
import { listed } from "../listed.ts";
import { install } from "./seam.ts";
import { startStorage } from "./storage.ts";

/** The storage in memory gives the same answers as Microsoft's emulator to all that the bot asks, through the same clients. */
install();
let both: readonly (readonly [name: string, connection: string])[];
beforeAll(async () => {
  const memory = await startStorage({ now: () => new Date() });
  both = [
    ["memory", memory.connectionString],
    ["Azurite", storageAccount()],
  ];
});

const failure = z.object({
  statusCode: z.number(),
  code: z.string().optional(),
  details: z.object({ odataError: z.object({ code: z.string() }).optional() }).optional(),
});
const value = z.looseObject({ partitionKey: z.string(), rowKey: z.string(), json: z.string() });

/** What an answer comes to: what was asked for, or why not. */
async function told(call: () => Promise<unknown>): Promise<unknown> {
  try {
    const entity = value.safeParse(await call());
    return entity.success ? [entity.data.partitionKey, entity.data.rowKey, entity.data.json] : "done";
  } catch (error) {
    const { statusCode, code, details } = failure.parse(error);
    return [statusCode, details?.odataError?.code ?? code];
  }
}

/** The same calls of each; they must come to the same. */
async function same(calls: (connection: string) => Promise<readonly unknown[]>): Promise<void> {
  const [memory, azurite] = await Promise.all(both.map(([, connection]) => calls(connection)));
  expect(memory).toEqual(azurite);
}

const table = (connection: string, name: string) =>
  TableClient.fromConnectionString(connection, name, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
const entity = (rowKey: string, json = "{}", partitionKey = "p") => ({ partitionKey, rowKey, json });

async function rowsOf(client: TableClient, filter: string, maxPageSize = 1000): Promise<readonly unknown[]> {
  const pages: unknown[] = [];
  for await (const page of client.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize }))
    pages.push(page.map(({ partitionKey, rowKey, json }) => [partitionKey, rowKey, json]));
  return pages;
}

test("a table that is missing, that is made, and that is made twice", () =>
  same(async (connection) => {
    const client = table(connection, "missing");
    return [
      await told(() => client.getEntity("p", "r")),
      await told(() => rowsOf(client, "PartitionKey eq 'p'")),
      await told(() => client.createEntity(entity("r"))),
      await told(() => client.upsertEntity(entity("r"), "Replace")),
      await told(() => client.updateEntity(entity("r"), "Replace", { etag: "*" })),
      await told(() => client.deleteEntity("p", "r", { etag: "*" })),
      await told(() => client.submitTransaction([["create", entity("r")]])),
      await told(() => client.createTable()),
      // The client takes a second time for success.
      await told(() => client.createTable()),
    ];
  }));

test("one row: inserted, read, replaced, put and removed, each also where it may not be", () =>
  same(async (connection) => {
    const client = table(connection, "single");
    await client.createTable();
    const quoted = entity("o'brien: a b+c&d=é", '{"a":"ü"}', "p'q");
    const answers = [
      await told(() => client.createEntity(entity("r", '{"n":1}'))),
      await told(() => client.createEntity(entity("r"))),
      await told(() => client.getEntity("p", "r")),
      await told(() => client.getEntity("p", "other")),
      await told(() => client.createEntity(quoted)),
      await told(() => client.getEntity(quoted.partitionKey, quoted.rowKey)),
      await told(() => client.updateEntity(entity("other"), "Replace", { etag: "*" })),
    ];
    const { etag } = await client.getEntity("p", "r");
    return [
      ...answers,
      await told(() => client.updateEntity(entity("r", '{"n":2}'), "Replace", { etag })),
      await told(() => client.updateEntity(entity("r", '{"n":3}'), "Replace", { etag })),
      await told(() => client.deleteEntity("p", "r", { etag })),
      await told(() => client.getEntity("p", "r")),
      await told(() => client.upsertEntity(entity("r", '{"n":4}'), "Replace")),
      await told(() => client.upsertEntity(entity("fresh", "{}"), "Replace")),
      await told(() => client.getEntity("p", "r")),
      await told(() => client.deleteEntity("p", "r", { etag: "*" })),
      await told(() => client.deleteEntity("p", "r", { etag: "*" })),
      await told(() => client.deleteEntity("p", "r", { etag })),
    ];
  }));

test("a query: by partition and range, in order, in pages", () =>
  same(async (connection) => {
    const client = table(connection, "many");
    await client.createTable();
    for (const row of ["b:2", "a", "b:1", "c", "b:3", "b"]) await client.createEntity(entity(row));
    await client.createEntity(entity("b:9", "{}", "q"));
    const range = "RowKey ge 'b' and RowKey le 'b:~'";
    return [
      await rowsOf(client, `PartitionKey eq 'p' and ${range}`),
      await rowsOf(client, `PartitionKey eq 'p' and ${range}`, 2),
      await rowsOf(client, `PartitionKey eq 'none' and ${range}`),
      await rowsOf(client, range),
      await rowsOf(client, "PartitionKey lt 'q'"),
      await rowsOf(client, "PartitionKey gt 'p'"),
    ];
  }));

test("a transaction: all of it or nothing, and the first that is refused says why", () =>
  same(async (connection) => {
    const client = table(connection, "whole");
    await client.createTable();
    await client.createEntity(entity("kept"));
    await client.createEntity(entity("it's"));
    const { etag } = await client.getEntity("p", "kept");
    const tries: TransactionAction[][] = [
      [
        ["create", entity("new: one", '{"a":1}')],
        ["update", entity("kept", '{"b":2}'), "Replace", { etag }],
        ["upsert", entity("it's", '{"c":3}'), "Replace"],
      ],
      [
        ["create", entity("never")],
        ["update", entity("kept"), "Replace", { etag }],
      ],
      [
        ["create", entity("never")],
        ["create", entity("kept")],
      ],
      [
        ["create", entity("never")],
        ["update", entity("absent"), "Replace", { etag }],
      ],
      [
        ["upsert", entity("twice"), "Replace"],
        ["upsert", entity("twice"), "Replace"],
      ],
    ];
    const answers: unknown[] = [];
    for (const actions of tries) {
      answers.push(await told(() => client.submitTransaction(actions)));
      answers.push(await rowsOf(client, "PartitionKey eq 'p'"));
    }
    return answers;
  }));

test("a queue: missing, made, sent to, late, received, deleted once, counted", () =>
  same(async (connection) => {
    const client = new QueueClient(connection, "work", { retryOptions: { maxTries: 1 } });
    const received = async (visibilityTimeout = 30) =>
      (await client.receiveMessages({ numberOfMessages: 32, visibilityTimeout })).receivedMessageItems;
    const answers = [
      await told(() => client.sendMessage("early")),
      await told(() => client.getProperties()),
      await told(() => received()),
      await told(() => client.createIfNotExists()),
      await told(() => client.createIfNotExists()),
      await told(() => client.sendMessage("bm93", { messageTimeToLive: -1 })),
      await told(() => client.sendMessage("bGF0ZQ==", { visibilityTimeout: 600, messageTimeToLive: -1 })),
    ];
    const [first, ...others] = await received(60);
    if (!first) return [...answers, "nothing was received"];
    return [
      ...answers,
      others.length,
      [first.messageText, first.dequeueCount],
      (await received()).length,
      (await client.getProperties()).approximateMessagesCount,
      await told(() => client.deleteMessage(first.messageId, first.popReceipt)),
      await told(() => client.deleteMessage(first.messageId, first.popReceipt)),
      (await client.getProperties()).approximateMessagesCount,
    ];
  }));

test("the tables that there are", async () => {
  const [memory] = both;
  const connection = memory?.[1] ?? "";
  const names = async () =>
    (
      await listed(
        TableServiceClient.fromConnectionString(connection, { allowInsecureConnection: true }).listTables(),
      )
    ).map(({ name }) => name);
  const before = await names();
  await table(connection, "another").createTable();
  expect(await names()).toEqual([...before, "another"]);
});
