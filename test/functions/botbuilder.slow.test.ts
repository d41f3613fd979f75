import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Metafile } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { buildFunctions } from "../../scripts/build.ts";

let outputs: Metafile["outputs"];
let entry: string;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  ({ outputs } = await buildFunctions({ entry: "functions/index.ts", folder }));
  rmSync(folder, { recursive: true });
  entry = relative(process.cwd(), join(folder, "index.js"));
});

/** The files that go into whatever is reached from these outputs. */
function inputsFrom(starts: readonly string[], follows: (kind: string, path: string) => boolean): string[] {
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const imported of outputs[path]?.imports ?? [])
      if (follows(imported.kind, imported.path)) visit(imported.path);
  };
  for (const start of starts) visit(start);
  return [...reached].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}

const outputOf = (file: string): string =>
  Object.keys(outputs).find((path) => outputs[path]?.entryPoint === file) ?? "";

test("an interaction of Discord's loads no byte of botbuilder: only what the Teams platform loads leads to it", () => {
  const teams = outputOf("bot/platforms/teams/receive.ts");
  const inputs = inputsFrom([entry], (_kind, path) => path !== teams);
  expect(inputs).toContain("bot/app.ts");
  expect(inputs).toContain("bot/platforms/discord/platform.ts");
  expect(inputs).toContain("bot/platforms/teams/platform.ts");
  const botbuilder = inputs.filter((path) => /node_modules\/(botbuilder|botframework)/.test(path));
  expect(botbuilder).toEqual([]);
});

test("a first answer in Discord loads of all SDKs only that of the tables", () => {
  const inputs = inputsFrom([entry, outputOf("bot/app.ts")], (kind) => kind === "import-statement");
  expect(inputs).toContain("bot/features/commands.ts");
  const sdks = inputs.map((path) => /^node_modules\/((?:@azure|@discordjs)\/[^/]+|bot[^/]+)/.exec(path)?.[1]);
  const own = new Set(
    sdks.filter((name) => name !== undefined && !/^@azure\/(core-|logger|abort)/.test(name)),
  );
  expect(own).toEqual(
    new Set(["@azure/functions", "@azure/functions-extensions-base", "@azure/data-tables"]),
  );
});
