import { ManagedIdentityCredential, type TokenCredential } from "@azure/identity";

/**
 * The bot's own managed identity. The SDK finds the host's identity endpoint itself (`IDENTITY_ENDPOINT` and
 * `IDENTITY_HEADER`, which Azure Functions sets).
 */
export const botCredential = (clientId: string): TokenCredential =>
  new ManagedIdentityCredential({ clientId, retryOptions: { maxRetries: 2, maxRetryDelayInMs: 1000 } });
