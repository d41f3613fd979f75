import { operations } from "./operations.ts";
import { differences, shortened } from "./oracle.ts";
import { excused, named, openRuns } from "./runs.ts";

const runs = await openRuns();
const only = process.argv[2];
const platform = (process.argv[3] ?? "discord") as "discord";
for (const operation of operations) {
  if (only && only !== "all" && only !== operation.name) continue;
  let t = performance.now();
  const { boundaries, outcome } = await runs.undisturbed(operation, platform);
  const again = await runs.undisturbed(operation, platform);
  console.log(
    operation.name,
    boundaries.length,
    "boundaries",
    again.boundaries.length,
    differences(outcome, again.outcome),
    outcome.errors,
  );
  if (process.argv[4]) for (const b of boundaries) console.log("  ", named(b));
  t = performance.now();
  let bad = 0;
  for (const at of boundaries) {
    try {
      const found = await runs.killed(operation, platform, at);
      const diff = excused(platform, at, differences(outcome, found));
      if (diff.length > 0) {
        bad++;
        console.log(`-- ${named(at)}`);
        for (const d of shortened(diff)) console.log("    ", d);
      }
    } catch (error) {
      bad++;
      console.log(`-- ${named(at)}`, error);
    }
  }
  console.log(
    operation.name,
    bad,
    "of",
    boundaries.length,
    Math.round((performance.now() - t) / boundaries.length),
    "ms each",
  );
}
