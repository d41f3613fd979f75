import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ScriptName, scriptNames } from "../core/cloud.ts";

/** What is run on a VM by run command. */
export interface Scripts {
  /** Ends well when the gateway answers. */
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

/** The script with its addresses in front; only what looks like IPv4 or a range of it gets near a shell. */
export function endSessionsScript(script: string, except: readonly string[]): string {
  const odd = except.find((address) => !/^[0-9.]+(\/[0-9]+)?$/.test(address));
  if (odd !== undefined) throw new Error(`not an IPv4 address or range: ${odd}`);
  return `ALLOWED='${except.join(" ")}'\n${script}`;
}

/** The script with its variables in front; values that a shell could take for more than a word are refused. */
export function scriptWith(script: string, input: Readonly<Record<string, string>>): string {
  const odd = Object.entries(input).find(
    ([name, value]) => !/^[A-Z_]+$/.test(name) || !/^[\w+/=.:-]*$/.test(value),
  );
  if (odd) throw new Error(`not a variable for a script: ${odd[0]}`);
  return [...Object.entries(input).map(([name, value]) => `${name}='${value}'`), script].join("\n");
}

/** Where package.json is: above the bundle as well as above the sources. */
export function projectFolder(from = import.meta.dirname): string {
  if (existsSync(join(from, "host.json"))) return from;
  const above = dirname(from);
  if (above === from) throw new Error("the project's folder was not found");
  return projectFolder(above);
}
