import { BadJson, parseJson } from "../../commands/json.ts";
import { nothingChanged, Refusal } from "../../core/errors.ts";
import { isObject, type JsonObject } from "../../core/jsonObject.ts";
import { looksSecret, quoted } from "../../core/quoted.ts";
import type { Change } from "../../core/store.ts";
import { configHash, type TeamConfig } from "../../core/teamConfig.ts";

/** The team configuration with a patch, and the row in which it waits until an OpenClaw has accepted it. @throws Refusal */
export function candidate(
  team: TeamConfig | undefined,
  patch: JsonObject,
  { changedAt, by }: Pick<TeamConfig, "changedAt" | "by">,
): { readonly hash: string; readonly row: Change } {
  const overrides = withPatch(team, patch);
  const hash = configHash(overrides);
  const value = { overrides, changedAt, by, onTopOf: team && configHash(team.overrides) };
  return { hash, row: { kind: "config", id: hash, value, replace: true } };
}

/** The configuration has to fit into a command in chat, and into one for a VM. */
const mostBytes = 6000;

/** These keep everyone else off the gateway and keys off every disk, and let the bot check the gateway. */
const fixed = ["gateway", "secrets", "discovery", "update"];

/** Reads a change of the configuration as an admin typed it. @throws Refusal */
export function readPatch(text: string): JsonObject {
  const patch = parsed(text);
  if (!isObject(patch))
    throw nothingChanged('The patch must be a JSON object, such as {"agents":{"defaults":{}}}.');
  const kept = fixed.find((name) => Object.hasOwn(patch, name));
  if (kept !== undefined) throw nothingChanged(`“${kept}” can't be changed: I rely on it.`);
  const secret = secretIn(patch, []);
  if (secret !== undefined)
    throw new Refusal(
      `${quoted(secret, 100)} looks like a secret, and secrets must never go through chat. Put it in the key vault and refer to it: {"source":"file","provider":"keyvault","id":"/NAME"}. Nothing was changed. Revoke the secret that you typed here.`,
    );
  return patch;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof BadJson)) throw error;
    throw nothingChanged(`The patch is not JSON: see line ${error.line}, column ${error.column}.`);
  }
}

/** The path of a text that looks like a secret or has the name of one. Items of a list have the list's name. */
function secretIn(value: unknown, path: readonly string[], named = ""): string | undefined {
  if (typeof value === "string" || typeof value === "number")
    return isSecret(named, value) ? path.join(".") : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (isReference(value)) {
    const inner = Object.entries(value).find(([, text]) => looksSecret(text));
    return inner && [...path, inner[0]].join(".");
  }
  for (const [name, inner] of Object.entries(value)) {
    const found = secretIn(
      inner,
      [...path, name],
      Array.isArray(value) || holders.test(named) ? named : name,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A reference to a secret is not a secret, whatever its name. */
const isReference = (value: object): value is Readonly<Record<string, string>> =>
  Object.hasOwn(value, "source") &&
  Object.entries(value).every(
    ([name, text]) => ["source", "provider", "id"].includes(name) && typeof text === "string",
  );

const secretNames = /(tokens?|secrets?|passw(or)?ds?|pass|pwd|passphrases?|authorization|cookies?)$/i;
const keyNames = /(keys?|auth|credentials?|webhook(_?url)?)$/i;
/** Everything inside such an object counts as a secret, whatever its own name. */
const holders = /(token|passw(or)?d|passphrase|api_?key)$/i;
/** A short plain word is not a key, and neither is a reference to an environment variable. */
const isSecret = (name: string, value: string | number): boolean => {
  const text = String(value);
  if (/^\$\{\w+\}$/.test(text)) return false;
  if (typeof value === "number") return holders.test(name);
  return (
    secretNames.test(name) ||
    (keyNames.test(name) && !/^[a-z][a-z:_-]{0,15}$/i.test(text)) ||
    (holders.test(name) && text.length > 8) ||
    looksSecret(text)
  );
};

/** The team's changes with one more on top. A null stays, because every VM has to remove that name. @throws Refusal */
export function withPatch(config: TeamConfig | undefined, patch: JsonObject): string {
  const before = parseJson(config?.overrides ?? "{}");
  const text = JSON.stringify(merged(isObject(before) ? before : {}, patch));
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes)
    throw nothingChanged(`The team's changes would be ${bytes} bytes long; the limit is ${mostBytes}.`);
  return text;
}

/** Merges both; the second wins. */
export const merged = (below: JsonObject, above: JsonObject): JsonObject =>
  Object.fromEntries([
    ...Object.entries(below),
    ...Object.entries(above).map(([name, value]) => {
      const under = Object.hasOwn(below, name) ? below[name] : undefined;
      return [name, isObject(value) && isObject(under) ? merged(under, value) : value] as const;
    }),
  ]);
