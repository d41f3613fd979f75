import { isObject, type JsonObject } from "./json.ts";

/** What our scripts print on a VM, read with care: the agent's own account has a say in some of it. */

/** What apply-config.sh has done. */
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

/** The step at which ready.sh is; undefined before the first one, and once it has ended. */
export const stepIn = (output: string): string | undefined => textIn(objectIn(output), "step");

/** How far ready.sh came, and why not further. Whatever else the VM printed may hold a secret, and admins read this. */
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

/** The names of the keys that keys.py has found; undefined where the output does not tell. */
export interface Keys {
  readonly names: readonly string[];
  readonly note: string;
}

/** In the output of refresh-secrets.sh, or of ready.sh once it has ended. */
export function keysIn(output: string): Keys | undefined {
  const found = objectIn(output);
  const names = found?.["keys"];
  if (!Array.isArray(names)) return undefined;
  return {
    names: names.filter((name): name is string => typeof name === "string" && /^\w{1,64}$/.test(name)),
    note: textIn(found, "note") ?? "",
  };
}

/** Since when which key is known: those that are gone are left out, those that stay keep their date. */
export const keysSince = (
  before: Readonly<Record<string, string>> | undefined,
  { names }: Keys,
  now: Date,
): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, before?.[name] ?? now.toISOString()]));

/** The last line that is an object in JSON. */
const objectIn = (output: string): JsonObject | undefined => objectsIn(output).at(-1);

/** The lines that are objects in JSON; others are cut off, or something else that begins with a brace. */
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
