/**
 * What the bot is compared with: checks Discord's signature, and asks storage as often and as deep as the bot does (`BENCH_LAYERS`: how
 * many of which calls are under way at once, one layer after the other). It decides nothing.
 */
import { createPublicKey, randomUUID, verify } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { app } from "@azure/functions";

const layers: readonly { reads: number; queries: number; writes: number }[] = JSON.parse(
  process.env["BENCH_LAYERS"] ?? "[]",
);
const key = createPublicKey({
  format: "jwk",
  key: {
    kty: "OKP",
    crv: "Ed25519",
    x: Buffer.from(process.env["DISCORD_PUBLIC_KEY"] ?? "", "hex").toString("base64url"),
  },
});
const table = TableClient.fromConnectionString(process.env["AzureWebJobsStorage"] ?? "", "reference", {
  allowInsecureConnection: true,
});
const made = table
  .createTable()
  .then(() => table.upsertEntity({ partitionKey: "p", rowKey: "r", json: "{}" }));

const read = () => table.getEntity("p", "r");
const query = async () => {
  const queryOptions = { filter: "PartitionKey eq 'p' and RowKey ge 'a' and RowKey le 'z'" };
  for await (const row of table.listEntities({ queryOptions }))
    if (row.rowKey !== "r") throw new Error("another row");
};
const write = () => table.upsertEntity({ partitionKey: "w", rowKey: randomUUID(), json: "{}" }, "Replace");

app.http("interactions", {
  methods: ["POST"],
  authLevel: "anonymous",
  handler: async (request) => {
    const body = Buffer.from(await request.arrayBuffer());
    const timestamp = request.headers.get("x-signature-timestamp") ?? "";
    const signature = Buffer.from(request.headers.get("x-signature-ed25519") ?? "", "hex");
    if (!verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, signature)) return { status: 401 };
    await made;
    for (const { reads, queries, writes } of layers)
      await Promise.all([
        ...Array.from({ length: reads }, read),
        ...Array.from({ length: queries }, query),
        ...Array.from({ length: writes }, write),
      ]);
    return { status: 200, jsonBody: { type: 4, data: { content: "Hello" } } };
  },
});
