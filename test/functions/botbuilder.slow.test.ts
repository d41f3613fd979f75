import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { buildFunctions } from "../../scripts/build.ts";

test("an interaction of Discord's loads no byte of botbuilder: only the Teams platform leads to it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  const { outputs } = await buildFunctions({ entry: "functions/index.ts", folder });
  rmSync(folder, { recursive: true });
  const isTeams = (path: string) => outputs[path]?.entryPoint === "bot/platforms/teams/platform.ts";
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path) || isTeams(path)) return;
    reached.add(path);
    for (const imported of outputs[path]?.imports ?? []) visit(imported.path);
  };
  visit(relative(process.cwd(), join(folder, "index.js")));
  const inputs = [...reached].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  expect(inputs).toContain("bot/app.ts");
  expect(inputs).toContain("bot/platforms/discord/platform.ts");
  expect(Object.keys(outputs).some(isTeams)).toBe(true);
  expect(inputs.filter((input) => /botbuilder|botframework|platforms\/teams/.test(input))).toEqual([]);
}, 60_000);
