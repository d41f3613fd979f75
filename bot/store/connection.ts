import { TableClient } from "@azure/data-tables";
import type { TokenCredential } from "@azure/identity";
import { QueueClient } from "@azure/storage-queue";
import * as z from "zod";
import type { Queue } from "../core/store.ts";

/**
 * The storage account of the bot, as the Functions host names it (Microsoft Learn, "Azure Functions app settings",
 * 2026): `AzureWebJobsStorage` is a connection string; `AzureWebJobsStorage__accountName` with
 * `__credential=managedidentity` and `__clientId` names the account and the identity that may use it.
 */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly accountName: string; readonly clientId?: string | undefined };

/** Tries again at once or not at all: whoever waits for an answer in chat has three seconds. */
const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

export function tableClient(connection: StorageConnection, table: string): TableClient {
  if ("connectionString" in connection) {
    return TableClient.fromConnectionString(connection.connectionString, table, {
      retryOptions,
      // Azurite on this machine; for Azure itself the string says https.
      allowInsecureConnection: /(^|;)(DefaultEndpointsProtocol|TableEndpoint)=http(:|;)/i.test(
        connection.connectionString,
      ),
    });
  }
  const url = `https://${connection.accountName}.table.core.windows.net`;
  return new TableClient(url, table, identityOf(connection.clientId), { retryOptions });
}

export function queueClient(connection: StorageConnection, queue: string): QueueClient {
  const options = { retryOptions: { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1000 } };
  if ("connectionString" in connection) return new QueueClient(connection.connectionString, queue, options);
  const url = `https://${connection.accountName}.queue.core.windows.net/${queue}`;
  return new QueueClient(url, identityOf(connection.clientId), options);
}

/** The managed identity, loaded with the first token: `@azure/identity` costs 200 ms of a cold start. */
function identityOf(clientId: string | undefined): TokenCredential {
  let loaded: Promise<TokenCredential> | undefined;
  return {
    getToken: async (scopes, options) => {
      loaded ??= import("@azure/identity").then(
        ({ ManagedIdentityCredential }) =>
          new ManagedIdentityCredential(clientId === undefined ? {} : { clientId }),
      );
      return (await loaded).getToken(scopes, options);
    },
  };
}

/** What Queue Storage allows for a message that is not to be seen yet (Microsoft Learn, "Put Message", 2026). */
const longestDelaySeconds = 7 * 24 * 3600 - 1;

/** The queue that feeds the worker. Made when it turns out to be missing. */
export function storageQueue(connection: StorageConnection, name: string): Queue {
  const client = queueClient(connection, name);
  // Where the queue trigger puts what failed five times (Microsoft Learn, "Azure Queue storage trigger", 2026).
  const poison = queueClient(connection, `${name}-poison`);
  return {
    send: async (message, delaySeconds) => {
      // Base64, since that is what the queue trigger expects and the client does not encode.
      const text = Buffer.from(JSON.stringify(message)).toString("base64");
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
