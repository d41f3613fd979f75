import { operations } from "./operations.ts";
import { differences, shortened } from "./oracle.ts";
import { excused, named, openRuns } from "./runs.ts";

const runs = await openRuns();
const [, , only, platform, mode] = process.argv as [string, string, string, "discord", string];
for (const operation of operations) {
  if (only !== "all" && only !== operation.name) continue;
  let t = performance.now();
  try {
    const { boundaries, outcome } = await runs.undisturbed(operation, platform);
    const took = performance.now() - t;
    const shown = Object.values(outcome)
      .flat()
      .some((line) => line.includes(operation.shows));
    const again = mode === "count" ? undefined : await runs.undisturbed(operation, platform);
    console.log(
      operation.name,
      boundaries.length,
      "boundaries",
      Math.round(took),
      "ms",
      shown ? "" : "DOES NOT SHOW",
      again ? differences(outcome, again.outcome) : "",
      outcome.errors,
    );
    if (mode === "show" || !shown)
      console.log([...outcome.messages, ...outcome.private].map((m) => m.slice(0, 400)));
    if (mode === "list") for (const b of boundaries) console.log("  ", named(b));
    if (mode === "count" || mode === "show") continue;
    t = performance.now();
    let bad = 0;
    for (const at of boundaries) {
      try {
        const found = await runs.killed(operation, platform, at);
        const diff = excused(platform, at, differences(outcome, found));
        if (diff.length > 0) {
          bad++;
          if (diff.every((d) => d.startsWith("index: too much"))) console.log("-- index", named(at));
          else {
            console.log(`-- ${named(at)}`);
            for (const d of shortened(diff).slice(0, 3))
              console.log("    ", d.replace(/\s+/g, " ").slice(0, 420));
          }
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
  } catch (error) {
    console.log(operation.name, error);
  }
}
