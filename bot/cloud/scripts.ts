import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ScriptName, scriptNames } from "../core/cloud.ts";

/** The scripts that run commands run on a VM. */
export interface Scripts {
  /** Succeeds when the gateway answers. */
  readonly ready: string;
  /** Ends SSH sessions from addresses that `ALLOWED` does not name. */
  readonly endSessions: string;
  readonly named: Readonly<Record<ScriptName, string>>;
}

/** Reads them from the folder `cloud-init`. */
export const scriptsIn = (folder: string): Scripts => ({
  ready: readFileSync(join(folder, "ready.sh"), "utf8"),
  endSessions: readFileSync(join(folder, "end-sessions.sh"), "utf8"),
  named: Object.fromEntries(
    scriptNames.map((name) => [name, readFileSync(join(folder, `${name}.sh`), "utf8")]),
  ) as Record<ScriptName, string>,
});

/** The script, preceded by its addresses. Only what looks like an IPv4 address or range gets near a shell. */
export function endSessionsScript(script: string, except: readonly string[]): string {
  const odd = except.find((address) => !/^[0-9.]+(\/[0-9]+)?$/.test(address));
  if (odd !== undefined) throw new Error(`not an IPv4 address or range: ${odd}`);
  return `ALLOWED='${except.join(" ")}'\n${script}`;
}

/** The script, preceded by its variables. Refuses values that a shell could take for more than one word. */
export function scriptWith(script: string, input: Readonly<Record<string, string>>): string {
  const odd = Object.entries(input).find(
    ([name, value]) => !/^[A-Z_]+$/.test(name) || !/^[\w+/=.:-]*$/.test(value),
  );
  if (odd) throw new Error(`not a variable for a script: ${odd[0]}`);
  return [...Object.entries(input).map(([name, value]) => `${name}='${value}'`), script].join("\n");
}

/** The folder with host.json, above both the bundle and the sources. */
export function projectFolder(from = import.meta.dirname): string {
  if (existsSync(join(from, "host.json"))) return from;
  const above = dirname(from);
  if (above === from) throw new Error("the project's folder was not found");
  return projectFolder(above);
}
