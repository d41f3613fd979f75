import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { scriptWith } from "../../bot/cloud/scripts.ts";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A script as Azure's agent starts it (Azure/run-command-handler-linux, `internal/exec`, 2026): a file, by `/bin/bash -c`.
 * What the bot sends as it is runs under its shebang, which is dash on Ubuntu; with variables in front the shebang is not
 * the first line, and bash itself runs it. `shebang` gives the variables by the environment instead.
 */
const ways = {
  shebang: (script: string, variables: Readonly<Record<string, string>>) => ({
    text: script,
    more: variables,
  }),
  bash: (script: string, variables: Readonly<Record<string, string>>) => ({
    text: `\n${scriptWith(script, variables)}`,
    more: {},
  }),
};
export type Way = keyof typeof ways;

/** Runs it in one of the ways; `variables` as the bot puts them in front. */
export function runCommand(
  way: Way,
  script: string,
  variables: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Ran {
  const folder = mkdtempSync(join(tmpdir(), "run-command-"));
  const { text, more } = ways[way](script, variables);
  writeFileSync(join(folder, "script.sh"), text);
  chmodSync(join(folder, "script.sh"), 0o700);
  const { status, stdout, stderr } = spawnSync("/bin/bash", ["-c", join(folder, "script.sh")], {
    env: { ...env, ...more },
    encoding: "utf8",
    // As there. Node's own is a socket, and bash takes a socket for a remote shell's: it would read the person's ~/.bashrc.
    stdio: ["ignore", "pipe", "pipe"],
  });
  rmSync(folder, { recursive: true });
  return { status, stdout, stderr };
}

/** Does something in both ways, which must come to the same; answers that. */
export function bothWays<T>(run: (way: Way) => T): T {
  const [shebang, bash] = [run("shebang"), run("bash")];
  expect(bash).toEqual(shebang);
  return shebang;
}
