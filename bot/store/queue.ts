import { QueueClient } from "@azure/storage-queue";
import * as z from "zod";
import type { Queue } from "../core/store.ts";
import { identityOf, type StorageConnection } from "./connection.ts";
import { writtenMessage } from "./rowFormat.ts";

export function queueClient(connection: StorageConnection, queue: string): QueueClient {
  const options = { retryOptions: { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1000 } };
  if ("connectionString" in connection) return new QueueClient(connection.connectionString, queue, options);
  const url = `https://${connection.accountName}.queue.core.windows.net/${queue}`;
  return new QueueClient(url, identityOf(connection.clientId), options);
}

/** The longest delay that Queue Storage allows before a message becomes visible (Microsoft Learn, "Put Message", 2026). */
const longestDelaySeconds = 7 * 24 * 3600 - 1;

/** The queue that feeds the worker. Created if it turns out to be missing. */
export function storageQueue(connection: StorageConnection, name: string): Queue {
  const client = queueClient(connection, name);
  // Where the queue trigger puts what failed five times (Microsoft Learn, "Azure Queue storage trigger", 2026).
  const poison = queueClient(connection, `${name}-poison`);
  return {
    send: async (message, delaySeconds) => {
      // Base64, because the queue trigger expects that and the client doesn't encode.
      const text = Buffer.from(JSON.stringify(writtenMessage(message))).toString("base64");
      const visibilityTimeout = Math.min(Math.max(0, Math.ceil(delaySeconds)), longestDelaySeconds);
      const send = () => client.sendMessage(text, { visibilityTimeout, messageTimeToLive: -1 });
      try {
        await send();
      } catch (error) {
        if (!queueMissing.safeParse(error).success) throw error;
        await client.createIfNotExists();
        await send();
      }
    },
    depth: async () => {
      const [waiting, aside] = await Promise.all([lengthOf(client), lengthOf(poison)]);
      return { waiting, poison: aside };
    },
    drainPoison: async (take) => {
      try {
        const { receivedMessageItems } = await poison.receiveMessages({ numberOfMessages: 32 });
        for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
          await take(Buffer.from(messageText, "base64").toString());
          await poison.deleteMessage(messageId, popReceipt);
        }
      } catch (error) {
        if (!queueMissing.safeParse(error).success) throw error;
      }
    },
  };
}

async function lengthOf(queue: ReturnType<typeof queueClient>): Promise<number> {
  try {
    return (await queue.getProperties()).approximateMessagesCount ?? 0;
  } catch (error) {
    if (!queueMissing.safeParse(error).success) throw error;
    return 0;
  }
}

const queueMissing = z.object({ statusCode: z.literal(404) });
