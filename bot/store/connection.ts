import { TableClient } from "@azure/data-tables";
import type { TokenCredential } from "@azure/identity";
import { once } from "../core/once.ts";

/**
 * The storage account of the bot, as the Functions host names it (Microsoft Learn, "Azure Functions app settings",
 * 2026): `AzureWebJobsStorage` is a connection string; `AzureWebJobsStorage__accountName` with
 * `__credential=managedidentity` and `__clientId` names the account and the identity that may use it.
 */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly accountName: string; readonly clientId?: string | undefined };

/** Retry at once or not at all: someone who waits for an answer in chat has three seconds. */
const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

export function tableClient(connection: StorageConnection, table: string): TableClient {
  if ("connectionString" in connection) {
    return TableClient.fromConnectionString(connection.connectionString, table, {
      retryOptions,
      // Azurite on this machine; for Azure itself, the connection string says https.
      allowInsecureConnection: /(^|;)(DefaultEndpointsProtocol|TableEndpoint)=http(:|;)/i.test(
        connection.connectionString,
      ),
    });
  }
  const url = `https://${connection.accountName}.table.core.windows.net`;
  return new TableClient(url, table, identityOf(connection.clientId), { retryOptions });
}

/** The managed identity, loaded with the first token: `@azure/identity` costs 200 ms of a cold start. */
export function identityOf(clientId: string | undefined): TokenCredential {
  const loaded = once(async () => {
    const { ManagedIdentityCredential } = await import("@azure/identity");
    return new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
  });
  return { getToken: async (scopes, options) => (await loaded()).getToken(scopes, options) };
}
