import { isObject, type JsonObject } from "../core/jsonObject.ts";

/** Reads what our scripts print on a VM. Nothing is trusted: the agent's own account can influence some of it. */

/** The result of apply-config.sh. */
export interface Applied {
  readonly applied: boolean;
  readonly tried: boolean;
  readonly hash: string | undefined;
  /** Why not, in OpenClaw's own words. */
  readonly reason: string;
}

export function appliedIn(output: string): Applied {
  const found = objectIn(output);
  return {
    applied: found?.["applied"] === true,
    tried: found?.["tried"] === true,
    hash: textIn(found, "hash"),
    reason: [textIn(found, "stage"), textIn(found, "reason")].filter(Boolean).join(": ") || "no answer",
  };
}

/** The current step of ready.sh; undefined before the first one and once it has ended. */
export const stepIn = (output: string): string | undefined => textIn(objectIn(output), "step");

/** How far ready.sh got, and why no further. Nothing else from the output: admins read this, and it may contain a secret. */
export function gateSaid(output: string): string {
  const said = objectsIn(output);
  const words = said.flatMap((each) => [
    ["step", each["step"]],
    ["error", each["error"]],
    ...(Array.isArray(each["warnings"]) ? each["warnings"].map((warning) => ["warning", warning]) : []),
  ]);
  return words
    .filter(([, word]) => typeof word === "string" && /^[\w-]{1,40}$/.test(word))
    .map(([what, word]) => `${what} ${word}`)
    .join(", ");
}

/** The names of the keys that keys.py found. */
export interface Keys {
  readonly names: readonly string[];
  readonly note: string;
}

/** Reads them from the output of refresh-secrets.sh, or of ready.sh once it has ended. Undefined if they are not in it. */
export function keysIn(output: string): Keys | undefined {
  const found = objectIn(output);
  const names = found?.["keys"];
  if (!Array.isArray(names)) return undefined;
  return {
    names: names.filter((name): name is string => typeof name === "string" && /^\w{1,64}$/.test(name)),
    note: textIn(found, "note") ?? "",
  };
}

/** Since when each key is known: deleted keys are left out, and the others keep their date. */
export const keysSince = (
  before: Readonly<Record<string, string>> | undefined,
  { names }: Keys,
  now: Date,
): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, before?.[name] ?? now.toISOString()]));

/** The last line that is a JSON object. */
const objectIn = (output: string): JsonObject | undefined => objectsIn(output).at(-1);

/** The lines that are JSON objects; other lines that start with a brace are truncated or something else. */
const objectsIn = (output: string): readonly JsonObject[] =>
  output.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      const found: unknown = JSON.parse(line);
      return isObject(found) ? [found] : [];
    } catch {
      return [];
    }
  });

function textIn(found: JsonObject | undefined, name: string): string | undefined {
  const text = found?.[name];
  return typeof text === "string" && text !== "" ? text.slice(0, 1000) : undefined;
}
