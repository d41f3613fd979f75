/**
 * `node scripts/bicep.ts --build` compiles the templates to the JSON that is committed.
 * `node scripts/bicep.ts --check` fails if that JSON differs from the compiler's output, or for any lint or format fault.
 * `--install`, alone or with one of these, first installs the compiler if it is missing.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compilerPublished, findBicep, installBicep, run } from "./bicep-compiler.ts";
import { youngTypes } from "./bicep-versions.ts";

const infra = join(import.meta.dirname, "..", "infra");

async function compiler(): Promise<string> {
  const found = findBicep() ?? (process.argv.includes("--install") ? await installBicep() : undefined);
  if (found !== undefined) return found;
  const reason = "no Bicep compiler found; add --install (needs the .NET SDK), or set BICEP to its path";
  // In CI, skipping would hide a stale template; elsewhere, a missing compiler must not fail the whole check.
  if (process.env["CI"]) throw new Error(reason);
  console.log(`skipped: ${reason}`);
  process.exit(0);
}

/** All Bicep files; the deployed ones have compiled JSON beside them. */
async function sources(): Promise<{ all: string[]; deployed: string[] }> {
  const files = (await readdir(infra, { recursive: true })).map((file) => join(infra, file));
  const all = files.filter((file) => file.endsWith(".bicep"));
  return { all, deployed: all.filter((file) => files.includes(compiledPath(file))) };
}

const compiledPath = (file: string) => file.replace(/\.bicep$/, ".json");

/** The compiled text, or the compiler's complaints, warnings included. */
async function compile(bicep: string, file: string): Promise<{ text: string; faults: string }> {
  const { code, stdout, stderr } = await run(bicep, ["build", "--stdout", file]);
  return {
    text: `${stdout.trimEnd()}\n`,
    faults: code === 0 && stderr.trim() === "" ? "" : stderr || `exit code ${code}`,
  };
}

/** The template without the compiler's version and hash, which differ even if the rest is the same. */
function meaning(text: string): string {
  return JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    key === "_generator" ? undefined : value,
  );
}

async function build(bicep: string): Promise<string[]> {
  const { deployed } = await sources();
  const faults: string[] = [];
  for (const file of deployed) {
    const compiled = await compile(bicep, file);
    if (compiled.faults === "") await writeFile(compiledPath(file), compiled.text);
    else faults.push(compiled.faults);
  }
  return faults;
}

async function check(bicep: string): Promise<string[]> {
  const { all, deployed } = await sources();
  const faults: string[] = [];
  for (const file of all) {
    const lint = await run(bicep, ["lint", file]);
    if (lint.code !== 0 || (lint.stdout + lint.stderr).trim() !== "") faults.push(lint.stdout + lint.stderr);
    const text = await readFile(file, "utf8");
    const formatted = await run(bicep, ["format", "--stdout", file]);
    if (formatted.stdout.trimEnd() !== text.trimEnd()) faults.push(`${file}: run bicep format`);
    for (const type of youngTypes(text, compilerPublished))
      faults.push(
        `${file}: ${type} is too new, and some regions may not know it yet: use the version before it`,
      );
  }
  for (const file of deployed) {
    const compiled = await compile(bicep, file);
    if (compiled.faults !== "") faults.push(compiled.faults);
    else if (meaning(compiled.text) !== meaning(await readFile(compiledPath(file), "utf8"))) {
      faults.push(`${compiledPath(file)} is not what ${file} compiles to: run node scripts/bicep.ts --build`);
    }
  }
  return faults;
}

const wanted = (flag: string) => process.argv.includes(flag);
if (!["--build", "--check", "--install"].some(wanted)) {
  console.error("usage: node scripts/bicep.ts [--install] [--build] [--check]");
  process.exit(2);
}
const bicep = await compiler();
const faults = [
  ...(wanted("--build") ? await build(bicep) : []),
  ...(wanted("--check") ? await check(bicep) : []),
];
for (const fault of faults) console.error(fault.trim());
if (faults.length > 0) process.exit(1);
console.log(`${bicep}: no problems found`);
