import { openRuns } from "./runs.ts";
import { operations } from "./operations.ts";
import * as all from "./cases.ts";
const runs = await openRuns();
const [, , only, platform, kind, every = "1"] = process.argv as [string, string, string, "discord", string, string];
for (const operation of operations) {
  if (only !== "all" && !only.split(",").includes(operation.name)) continue;
  const about = { runs, operation, platform };
  const cases = kind === "deaths" ? await all.deathCases(about) : kind === "storage" ? await all.storageCases(about) : kind === "two" ? await all.twoWorkersCases(about) : kind === "pairs" ? await all.pairCases(about, Array.from({ length: 50 }, (_, i) => i)) : await all.behaviourCases(about);
  const chosen = cases.filter((_, i) => i % Number(every) === 0);
  const t = performance.now();
  const failures = await all.failuresOf(chosen);
  console.log(operation.name, failures.length, "of", chosen.length, Math.round((performance.now() - t) / chosen.length), "ms each");
  for (const f of failures) if (!/^.*\n {4}index: too much[^\n]*$/.test(f)) console.log(f.split("\n").slice(0, 4).map((l) => l.replace(/\s+/g, " ").slice(0, 300)).join("\n"));
}
