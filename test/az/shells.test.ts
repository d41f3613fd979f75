import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ways } from "../../bot/core/operation.ts";
import { operations } from "../../bot/features/index.ts";
import { view } from "../bot/view.ts";
import { isReadAlike } from "../readAlike.ts";
import { run } from "./az.ts";

/*
 * What the cards give to copy, in each shell that is here: az is a stand-in that says what it was called with. On this system cmd is
 * Wine's, and PowerShell is the one for all systems; Windows's own can't be tried.
 */

const folder = mkdtempSync(join(tmpdir(), "shells-"));
const [bin, home, windows] = ["bin", "home", "windows"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
for (const path of [bin, join(home, ".azure"), windows]) mkdirSync(path, { recursive: true });
const program = (name: string, text: string) => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
};
for (const name of ["az", "ssh"]) {
  program(name, `echo "${name} $*"; cat`);
  writeFileSync(
    join(windows, `${name}.cmd`),
    `@echo off\r\nset /p TYPED=\r\necho ${name} %*\r\necho %TYPED%in %CD%\r\n`,
  );
}
program("cmd", 'exec wine cmd "$@"');
const env = {
  HOME: home,
  PATH: [bin, process.env["PATH"]].join(delimiter),
  WINEPREFIX: join(folder, "wine"),
  WINEDEBUG: "-all",
  WINEPATH: `Z:${windows.replaceAll("/", "\\")}`,
  POWERSHELL_TELEMETRY_OPTOUT: "1",
};
afterAll(() => {
  spawnSync("wineserver", ["--kill"], { env });
  rmSync(folder, { recursive: true });
});

const given = view("connect", { instance: { publicIp: "203.0.113.9", generation: "gen2345abcde" } });
const codes = ways.flatMap((how) => {
  const operation = { ...given.operation, status: "succeeded", input: { how } } as const;
  return (operations.connect.card({ ...given, operation, price: undefined }).sections ?? []).flatMap(
    ({ code = "" }) => code,
  );
});
const alike = [...new Set(codes)].filter((code) => /^(az|ssh) /.test(code) && isReadAlike(code));
const written = codes.find((code) => code.startsWith("echo y ")) ?? "";
const onWindows = codes.find((code) => code.startsWith("cmd ")) ?? "";

/** By name, how each is given lines. */
const shells: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  sh: (lines) => ["sh", "-c", lines.join("\n")],
  bash: (lines) => ["bash", "-c", lines.join("\n")],
  pwsh: (lines) => ["pwsh", "-NoProfile", "-NonInteractive", "-Command", lines.join("\n")],
  wine: (lines) => {
    const file = join(folder, "typed.bat");
    const user = String.raw`C:\users\Mia Member`;
    // A batch file goes on in another one only where it is called.
    const text = [
      `set USERPROFILE=${user}`,
      `mkdir "${user}\\.azure"`,
      ...lines.map((line) => line.replace(/^(az|ssh) /, "call $1 ")),
    ];
    writeFileSync(file, ["@echo off", ...text, ""].join("\r\n"));
    return ["wine", "cmd", "/c", `Z:${file.replaceAll("/", "\\")}`];
  },
};
const saysIn = async (shell: string, ...lines: readonly string[]) => {
  const { out, errors } = await run(shells[shell]?.(lines) ?? [], env);
  return `${String(out)}${errors}`.replaceAll("\r", "");
};
const has = (shell: string) => !spawnSync(shell, ["--version"], { env }).error;

test.for(Object.keys(shells))("%s hands on each command as it is written", async (shell, context) => {
  if (!has(shell)) context.skip(`no ${shell} here`);
  expect(alike.length).toBeGreaterThan(6);
  const said = await saysIn(shell, ...alike);
  expect(said.split("\n").filter((line) => /^(az|ssh) /.test(line))).toEqual(alike);
});

test.for(["sh", "bash", "pwsh"])("%s answers az, and finds the person's folder", async (shell, context) => {
  if (!has(shell)) context.skip(`no ${shell} here`);
  const command = written.replace("echo y | ", "").replace("~", home);
  expect(await saysIn(shell, written)).toBe(`${command}\ny\n`);
});

test.for(["wine", "pwsh"])("%s answers az on Windows, in the person's folder", async (shell, context) => {
  if (!has(shell) || !has("wine")) context.skip(`no ${shell} with cmd here`);
  const said = await saysIn(shell, onWindows);
  expect(said).toMatch(/^az ssh config .* --overwrite --file \.azure\/openclaw-ssh$/m);
  expect(said).toMatch(shell === "wine" ? /^y in C:\\users\\Mia Member$/m : /^y in C:\\users\\\w+$/m);
});
