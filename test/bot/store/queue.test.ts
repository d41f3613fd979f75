import { expect, it } from "vitest";
import { queueClient, storageQueue } from "../../../bot/store/queue.ts";
import { workMessage } from "../../../bot/store/rowFormat.ts";
import { storageAccount } from "../../azurite.ts";

const connection = { connectionString: storageAccount() };
const message = { kind: "operation", partition: "aaaaaaaaaa", id: "12345678901234567890" } as const;

it("makes the queue, and writes base64 JSON as the queue trigger reads it", async () => {
  await storageQueue(connection, "work").send(message, 0);
  const [received] = (await queueClient(connection, "work").receiveMessages()).receivedMessageItems;
  const text = Buffer.from(received?.messageText ?? "", "base64").toString();
  expect(workMessage.parse(JSON.parse(text))).toEqual(message);
  // As every version reads it, an earlier one that still runs too.
  expect(JSON.parse(text)).toEqual({ kind: "operation", member: message.partition, id: message.id });
});

it("reads the partition by both names, and keeps what a newer version has added", () => {
  const { partition, ...rest } = { ...message, added: "later" };
  for (const named of [{ member: partition }, { partition }])
    expect(workMessage.parse({ ...rest, ...named })).toEqual({ ...rest, partition });
  expect(workMessage.safeParse(rest).success).toBe(false);
});

it("keeps a message out of sight for as long as was asked", async () => {
  const queue = storageQueue(connection, "later");
  await queue.send(message, 0.2);
  await queue.send(message, 60);
  const client = queueClient(connection, "later");
  const seen = async () =>
    (await client.receiveMessages({ numberOfMessages: 10 })).receivedMessageItems.length;
  expect(await seen()).toBe(0);
  await expect.poll(seen, { timeout: 5000 }).toBe(1);
});

it("takes a delay longer than a queue allows as the longest", async () => {
  await expect(storageQueue(connection, "years").send(message, 1e9)).resolves.toBeUndefined();
});

it("says how many messages wait and how many are in the poison queue, also where no queue was made yet", async () => {
  const queue = storageQueue(connection, "deep");
  expect(await queue.depth()).toEqual({ waiting: 0, poison: 0 });
  await queue.send(message, 0);
  await queue.send(message, 60);
  const poison = queueClient(connection, "deep-poison");
  await poison.create();
  await poison.sendMessage("x");
  expect(await queue.depth()).toEqual({ waiting: 2, poison: 1 });
});
