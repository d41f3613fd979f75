import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What is run on a VM by run command. */
export interface Scripts {
  /** Ends well when the gateway answers. */
  readonly ready: string;
  /** Ends SSH sessions from addresses that `ALLOWED` does not name. */
  readonly endSessions: string;
}

/** Reads them from the folder `cloud-init`. */
export const scriptsIn = (folder: string): Scripts => ({
  ready: readFileSync(join(folder, "ready.sh"), "utf8"),
  endSessions: readFileSync(join(folder, "end-sessions.sh"), "utf8"),
});

/** The script with its addresses in front; only what looks like IPv4 or a range of it gets near a shell. */
export function endSessionsScript(script: string, except: readonly string[]): string {
  const odd = except.find((address) => !/^[0-9.]+(\/[0-9]+)?$/.test(address));
  if (odd !== undefined) throw new Error(`not an IPv4 address or range: ${odd}`);
  return `ALLOWED='${except.join(" ")}'\n${script}`;
}
