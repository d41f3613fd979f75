import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { compilerPublished } from "../../scripts/bicep-compiler.ts";
import { youngTypes } from "../../scripts/bicep-versions.ts";

const rule = z
  .object({
    analyzers: z.object({
      core: z.object({
        rules: z.object({ "use-recent-api-versions": z.record(z.string(), z.unknown()) }),
      }),
    }),
  })
  .parse(JSON.parse(readFileSync("infra/bicepconfig.json", "utf8"))).analyzers.core.rules[
  "use-recent-api-versions"
];

test("a type that is younger than 60 days is refused, one of 60 days is not", () => {
  const text = ["2026-09-05", "2026-09-06", "2026-10-01-preview"]
    .map((version) => `resource a 'Microsoft.Compute/virtualMachines/runCommands@${version}' = {}`)
    .join("\n");
  expect(youngTypes(text, "2026-11-04")).toEqual([
    "Microsoft.Compute/virtualMachines/runCommands@2026-09-06",
    "Microsoft.Compute/virtualMachines/runCommands@2026-10-01-preview",
  ]);
});

test("no template uses a young type, no script a young version", () => {
  const templates = globSync("infra/**/*.bicep");
  expect(templates.length).toBeGreaterThan(10);
  const young = templates.flatMap((file) => youngTypes(readFileSync(file, "utf8"), compilerPublished));
  const scripts = [...globSync("scripts/*.ts"), ...globSync("bot/cloud/*.ts")].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/api-version=(\d{4}-\d\d-\d\d)/g)].flatMap(([, version = ""]) =>
      youngTypes(`'Microsoft.Of/script@${version}'`, compilerPublished),
    ),
  );
  expect([...young, ...scripts]).toEqual([]);
});

// The rule's names as the pinned compiler reads them: it overlooks what it does not know, such as `maxAllowedAgeInDays`.
test("old types are judged from the day of the compiler, so that no calendar turns the check red", () => {
  expect(rule).toEqual({
    level: "error",
    maxAgeInDays: 730,
    gracePeriodInDays: 60,
    "test-today": compilerPublished,
  });
});
