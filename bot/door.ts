import { givenIn } from "./core/given.ts";
import type { HttpAnswer, InboundRequest } from "./core/platform.ts";
import { consoleLog } from "./log.ts";
import type { Log } from "./parts.ts";
import { publicKeyFault, signatureCheck } from "./platforms/discord/verify.ts";

/** Those settings without which no call in Discord is answered: a test holds that they are all that have no default. */
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

/** Anybody in the world can cause a line in the log; the bot, once it is loaded, keeps its own count. */
const mostLines = 10;

/**
 * Discord's calls that need nothing of the bot, while it is not loaded: one that Discord has not signed, and PING. This file imports no
 * library, since each costs a cold start its time. Undefined: the bot has to be asked. So it has to be where a setting is missing,
 * and says so itself. It alone knows whether what is set is well-formed.
 */
export function doorOf(
  environment: Readonly<Record<string, string | undefined>>,
  log: Pick<Log, "info"> = consoleLog(),
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
    if (lines <= mostLines)
      log.info("a call was refused", {
        platform: "discord",
        why: "its signature is not the application's, or too old",
      });
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
