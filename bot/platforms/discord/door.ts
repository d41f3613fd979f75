import { givenIn } from "../../core/given.ts";
import type { HttpAnswer, InboundRequest } from "../../core/platform.ts";
import { publicKeyFault, signatureCheck } from "./verify.ts";

/** The settings without a default, without which the bot refuses every call from Discord. A test checks that the list is complete. */
export const neededInDiscord = [
  "PUBLIC_URL",
  "KEY_VAULT_URL",
  "KEY_VAULT_ID",
  "AZURE_CLIENT_ID",
  "AZURE_TENANT_ID",
  "AZURE_SUBSCRIPTION_ID",
  "INSTANCES_GROUP",
  "SCALE_SET_ID",
  "SUBNET_ID",
  "BOOT_IDENTITY_ID",
  "BACKUP_GROUP",
  "DISCORD_PUBLIC_KEY",
  "DISCORD_APPLICATION_ID",
  "DISCORD_GUILD_ID",
] as const;
const storages = ["AzureWebJobsStorage", "AzureWebJobsStorage__accountName"];

/** Anyone can cause these log lines, so only the first few refusals are logged. Once it is loaded, the bot has a limit of its own. */
const mostLines = 10;

/**
 * Answers the calls from Discord that don't need the bot, until it is loaded: PING, and whatever Discord hasn't signed. This file imports
 * no library, because each one slows a cold start. Returns undefined when the bot has to answer, as it has to when a setting is missing: it
 * then says which. Only the bot checks what the settings hold, so a malformed one doesn't keep PING from being answered until then.
 * @param refused hears why a call was refused
 */
export function doorOf(
  environment: Readonly<Record<string, string | undefined>>,
  refused: (why: string) => void,
): (request: InboundRequest) => HttpAnswer | undefined {
  const env = givenIn(environment);
  const key = env["DISCORD_PUBLIC_KEY"];
  const isComplete =
    neededInDiscord.every((name) => env[name] !== undefined) &&
    storages.some((name) => env[name] !== undefined);
  if (!isComplete || key === undefined || publicKeyFault(key) !== undefined) return () => undefined;
  const isSigned = signatureCheck(key, { now: () => new Date() });
  let lines = 0;
  return (request) => {
    if (isSigned(request)) return isPing(request.body) ? pong : undefined;
    lines += 1;
    if (lines <= mostLines) refused("its signature is not the application's, or too old");
    return { status: 401 };
  };
}

/** "Receiving and Responding", Discord developer documentation, 2026-01: type 1 on both sides. */
const pong: HttpAnswer = {
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ type: 1 }),
};

function isPing(body: Uint8Array): boolean {
  // An interaction that says more than a ping does is the bot's to read.
  if (body.byteLength > 4096) return false;
  try {
    const read: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof read === "object" && read !== null && "type" in read && read.type === 1;
  } catch {
    return false;
  }
}
