import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cacheLifetimes, callMinutes, lifetimes, tokenMinutes } from "../../bot/core/lifetimes.ts";
import { policySettings } from "../../bot/core/policySettings.ts";
import { rowShapes } from "../../bot/core/store.ts";

const text = readFileSync("docs/data.md", "utf8");
const [, rows = ""] = /## Rows\n([\s\S]*?)\n## /.exec(text) ?? [];
const table = rows
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, row, removed]) => [row, removed]);

test("every kind of row that has a schema has a lifetime", () => {
  expect(Object.keys(lifetimes).toSorted()).toEqual(Object.keys(rowShapes).toSorted());
  for (const some of Object.values(lifetimes)) expect(some.length).toBeGreaterThan(0);
});

test("what the documentation says of them is what the sweep does", () => {
  const removed = (days: number | "audit" | "stays") =>
    days === "stays" ? "never" : days === "audit" ? "`audit-days`" : `${days} days`;
  expect(table).toEqual(
    Object.entries(lifetimes).flatMap(([kind, some]) =>
      some.map(({ of, days, after }) => [
        [`\`${kind}\``, of].filter(Boolean).join(" "),
        [removed(days), after].filter(Boolean).join(" after "),
      ]),
    ),
  );
  const passing = [...text.matchAll(/^\| `cache`, `teams-([^`…]+)-…` \|.*\| (.*) \|$/gm)];
  expect(passing.map(([, name, removed]) => [name, removed])).toEqual(
    Object.entries(cacheLifetimes).map(([name, days]) => [
      name,
      `${days === 1 ? "a day" : `${days} days`} after it was written last`,
    ]),
  );
  expect(text).toContain(`for ${tokenMinutes} minutes`);
  expect(readFileSync("docs/security.md", "utf8")).toContain(`its files for ${callMinutes} minutes at most`);
  expect(readFileSync("docs/reliability.md", "utf8")).toContain(
    `no process reached for ${callMinutes} minutes`,
  );
  expect(text).toContain(`from ${policySettings.auditDays.range.join(" to ")}`);
});
