import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob, resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const { overrides } = z
  .object({ overrides: z.array(z.object({ includes: z.array(z.string()) })) })
  .parse(JSON.parse(readFileSync("biome.json", "utf8")));

const sources = ["bot", "functions"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`),
);

test.for(sources)("a rule says what %s may import", (file) => {
  expect(overrides.filter(({ includes }) => includes.some((glob) => matchesGlob(file, glob)))).toHaveLength(
    1,
  );
});

// The team file's own format has a field with a platform's name.
const naming = ["bot/platforms/", "bot/app.ts", "bot/config.ts", "bot/core/team.ts", "functions/"];
const ofPlatforms =
  /discord|\bteams\b|bot ?builder|bot ?framework|adaptive ?card|\bguild|snowflake|ephemeral|\bembeds?\b|custom_id|\bmodals?\b/i;

test("only the platforms, what wires them and their settings speak of any platform's own things", () => {
  const others = sources.filter((file) => !naming.some((start) => file.startsWith(start)));
  expect(others.filter((file) => ofPlatforms.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("only the outbox writes down what lies in a partition, and only it and the sweep wake anybody", () => {
  const doing = (what: RegExp) =>
    sources.filter((file) => !file.startsWith("bot/store/") && what.test(readFileSync(file, "utf8")));
  expect(doing(/\.commit\(/)).toEqual(["bot/engine/outbox.ts"]);
  expect(doing(/\bqueue\.send\(/)).toEqual(["bot/engine/outbox.ts"]);
  expect(doing(/\.addDue\(/)).toEqual(["bot/engine/outbox.ts", "bot/engine/sweep.ts"]);
});

const forbidden = [
  ["bot/core/a.ts", "@azure/identity"],
  ["bot/core/b.ts", "../app.ts"],
  ["bot/core/c.ts", "../store/tables.ts"],
  ["bot/core/cards/a.ts", "../../receive.ts"],
  ["bot/commands/a.ts", "../operations/stop.ts"],
  ["bot/commands/roster/a.ts", "../../cloud/azure.ts"],
  ["bot/operations/a.ts", "../cloud/azure.ts"],
  ["bot/platforms/discord/a.ts", "botbuilder"],
  ["bot/platforms/teams/a.ts", "../discord/send.ts"],
  ["bot/cloud/a.ts", "../platforms/discord/send.ts"],
  ["bot/store/a.ts", "@azure/arm-compute"],
  ["bot/a.ts", "@azure/identity"],
  ["bot/b.ts", "../local/start.ts"],
  ["functions/a.ts", "../bot/cloud/azure.ts"],
] as const;

test("a file that imports what it may not is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "architecture-"));
  const config = JSON.parse(readFileSync("biome.json", "utf8"));
  writeFileSync(
    join(folder, "biome.json"),
    JSON.stringify({ ...config, $schema: undefined, vcs: undefined }),
  );
  for (const [file, imported] of forbidden) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `import "${imported}";\n`);
  }
  const biome = resolve("node_modules/.bin/biome");
  const args = ["lint", "--only=style/noRestrictedImports", "--max-diagnostics=none"];
  const { stdout, stderr } = spawnSync(biome, args, { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const refused = [...`${stdout}${stderr}`.matchAll(/^(\S+?):\d+:\d+ lint\/style\/noRestrictedImports/gm)];
  expect(new Set(refused.map(([, file]) => file))).toEqual(new Set(forbidden.map(([file]) => file)));
});
