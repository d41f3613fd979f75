import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob, resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { sources } from "./sources.ts";

const restricting = z.object({
  includes: z.array(z.string()),
  linter: z.object({ rules: z.object({ style: z.object({ noRestrictedImports: z.object({}) }) }) }),
});
const { overrides } = z
  .object({ overrides: z.array(z.unknown()) })
  .parse(JSON.parse(readFileSync("biome.json", "utf8")));
/** The rooms' rules, each by its files; a glob that starts with `!` excludes. */
const rules = overrides.flatMap((one) => restricting.safeParse(one).data ?? []);

const includes = (globs: readonly string[], file: string): boolean =>
  globs.some((glob) => !glob.startsWith("!") && matchesGlob(file, glob)) &&
  !globs.some((glob) => glob.startsWith("!") && matchesGlob(file, glob.slice(1)));

test.for([...sources.keys()])("a rule says what %s may import", (file) => {
  const own = rules.filter((rule) => includes(rule.includes, file));
  expect(own).toHaveLength(1);
});

const forbidden = [
  ["bot/core/a.ts", "@azure/identity"],
  ["bot/core/b.ts", "../app.ts"],
  ["bot/core/c.ts", "../store/tables.ts"],
  ["bot/core/d.ts", "node:fs"],
  ["bot/cards/a.ts", "../front/receive.ts"],
  ["bot/commands/a.ts", "../front/receive.ts"],
  ["bot/batch/a.ts", "../features/index.ts"],
  ["bot/engine/a.ts", "../front/receive.ts"],
  ["bot/engine/b.ts", "../features/power/stop.ts"],
  ["bot/engine/c.ts", "../app.ts"],
  ["bot/front/a.ts", "../features/index.ts"],
  ["bot/front/b.ts", "../platforms/teams/send.ts"],
  ["bot/steps/a.ts", "../engine/outbox.ts"],
  ["bot/features/a.ts", "../front/answer.ts"],
  ["bot/features/power/a.ts", "../many/owners.ts"],
  ["bot/features/power/b.ts", "../../features/many/owners.ts"],
  ["bot/features/power/c.ts", "../../front/answer.ts"],
  ["bot/features/power/d.ts", "../../cloud/azure.ts"],
  ["bot/features/power/e.ts", "botbuilder"],
  ["bot/features/power/f.ts", "../commands.ts"],
  ["bot/platforms/discord/a.ts", "botbuilder"],
  ["bot/platforms/discord/b.ts", "../../engine/outbox.ts"],
  ["bot/platforms/teams/a.ts", "../discord/send.ts"],
  ["bot/cloud/a.ts", "../platforms/discord/send.ts"],
  ["bot/store/a.ts", "@azure/arm-compute"],
  ["bot/store/b.ts", "../cloud/azure.ts"],
  ["bot/config/a.ts", "../wiring.ts"],
  ["bot/config/b.ts", "../store/tables.ts"],
  ["bot/a.ts", "@azure/identity"],
  ["bot/b.ts", "../local/start.ts"],
  ["functions/a.ts", "../bot/cloud/azure.ts"],
  ["local/a.ts", "../bot/app.ts"],
  ["local/azure/a.ts", "../../bot/engine/outbox.ts"],
  ["scripts/a.ts", "../bot/engine/outbox.ts"],
] as const;

/** What each room imports every day. */
const allowed = [
  ["bot/core/y.ts", "node:crypto"],
  ["bot/cards/y.ts", "../core/card.ts"],
  ["bot/engine/y.ts", "../core/card.ts"],
  ["bot/engine/z.ts", "../parts.ts"],
  ["bot/front/y.ts", "../engine/outbox.ts"],
  ["bot/features/y.ts", "./power/stop.ts"],
  ["bot/features/power/y.ts", "../../cards/connect.ts"],
  ["bot/features/power/z.ts", "./stop.ts"],
  ["bot/cloud/y.ts", "../../infra/instance.json"],
  ["bot/config/y.ts", "../store/connection.ts"],
  ["bot/y.ts", "./platforms/discord/platform.ts"],
  ["functions/y.ts", "../bot/app.ts"],
  ["local/azure/y.ts", "../../bot/core/clock.ts"],
  ["scripts/y.ts", "../bot/platforms/discord/verify.ts"],
] as const;

/** A project of these files, with the repository's rules: the files that a rule refuses. */
function refusedBy(rule: string, files: Readonly<Record<string, string>>): ReadonlySet<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "architecture-"));
  const config = JSON.parse(readFileSync("biome.json", "utf8"));
  const own = { ...config, $schema: undefined, vcs: undefined };
  writeFileSync(join(folder, "biome.json"), JSON.stringify(own));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const biome = resolve("node_modules/.bin/biome");
  const args = ["lint", `--only=${rule}`, "--max-diagnostics=none"];
  const { stdout, stderr } = spawnSync(biome, args, { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const lines = `${stdout}${stderr}`.split("\n").filter((line) => line.includes(` lint/${rule}`));
  return new Set(lines.map((line) => /^(\S+?):\d+:\d+ /.exec(line)?.[1]));
}

test("a file that imports what it may not is refused", () => {
  const all = [...forbidden, ...allowed];
  const files = Object.fromEntries(all.map(([file, imported]) => [file, `import "${imported}";\n`]));
  expect(refusedBy("style/noRestrictedImports", files)).toEqual(new Set(forbidden.map(([file]) => file)));
});

test.for(["bot/core", "functions", "local/azure", "scripts"])(
  "a circle of types is refused in %s",
  (folder) => {
    const files = {
      [`${folder}/a.ts`]: `import type { B } from "./b.ts";\nexport interface A { b: B }\n`,
      [`${folder}/b.ts`]: `import type { A } from "./a.ts";\nexport interface B { a: A }\n`,
    };
    expect(refusedBy("suspicious/noImportCycles", files)).toEqual(new Set(Object.keys(files)));
  },
);
