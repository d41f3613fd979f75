/**
 * `npm run bench`: measures the bot against something that does as little as possible, in the same run and on the same machine, and
 * writes what it found into docs/performance.md and bench/results/. `-- --quick` takes some three minutes and writes nothing; `-- --long`
 * takes an hour; `-- --only cold,warm` runs these parts alone, and leaves the others in the report as they are.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { z } from "zod";
import { added } from "./added.ts";
import { answers } from "./answers.ts";
import { coldStart } from "./coldStart.ts";
import { cost } from "./cost.ts";
import { members } from "./members.ts";
import { memory } from "./memory.ts";
import { callsOfOperations, firstBoot, flood } from "./others.ts";
import type { Measure, Scale, Section } from "./section.ts";
import { simulators } from "./simulators.ts";
import { openStage } from "./stage.ts";
import { warmAnswers } from "./warm.ts";
import { workingDay } from "./workingDay.ts";

/** In the order of the report. */
const parts: Readonly<Record<string, { readonly measure: Measure; readonly isQuick: boolean }>> = {
  simulators: { measure: simulators, isQuick: true },
  cold: { measure: coldStart, isQuick: true },
  warm: { measure: warmAnswers, isQuick: true },
  memory: { measure: memory, isQuick: true },
  answers: { measure: answers, isQuick: true },
  added: { measure: added, isQuick: true },
  members: { measure: members, isQuick: true },
  day: { measure: workingDay, isQuick: true },
  cost: { measure: cost, isQuick: true },
  flood: { measure: flood, isQuick: false },
  calls: { measure: callsOfOperations, isQuick: false },
  boot: { measure: firstBoot, isQuick: false },
};

/** What is in bench/results/. */
const kept = z.record(
  z.string(),
  z.object({ measured: z.string(), title: z.string(), lines: z.array(z.string()), raw: z.unknown() }),
);

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, long: { type: "boolean" }, only: { type: "string" } },
});
const scale: Scale = values.quick ? "quick" : values.long ? "long" : "usual";
const only = values.only?.split(",");
const say = (text: string) => process.stdout.write(`${text}\n`);

const began = new Date();
/** Whatever else the machine was running at the start shows in the waits, and hardly in the CPU times. */
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${began.toISOString().slice(0, 10)}, load ${loadavg()[1]?.toFixed(1)} before the run`;
say(machine);
const stage = await openStage();
const sections: Record<string, Section> = {};
for (const [name, { measure, isQuick }] of Object.entries(parts)) {
  if (only ? !only.includes(name) : scale === "quick" && !isQuick) continue;
  const start = performance.now();
  const section = await measure(stage, scale);
  if (!section) continue;
  sections[name] = section;
  say(["", `## ${section.title}`, "", ...section.lines].join("\n"));
  say(`(${name}: ${Math.round((performance.now() - start) / 1000)} s)`);
}
await stage.close();
if (scale !== "quick") await write();
// What was built is loaded here too in part, and may keep timers.
process.exit(0);

/** Puts the tables between the marks of the report, and the figures beside it; parts that weren't measured stay as they are. */
async function write(): Promise<void> {
  const report = new URL("../../docs/performance.md", import.meta.url);
  const results = new URL("../../bench/results/results.json", import.meta.url);
  const [begin, end] = ["<!-- what npm run bench writes -->", "<!-- its end -->"];
  const text = await readFile(report, "utf8");
  const [before, rest = ""] = text.split(begin);
  const [, after] = rest.split(end);
  if (before === undefined || after === undefined)
    throw new Error(`docs/performance.md lacks “${begin}” or “${end}”`);
  const earlier = kept.parse(JSON.parse(await readFile(results, "utf8").catch(() => "{}")));
  const newer = Object.entries(sections).map(([name, section]) => [
    name,
    { measured: `${machine}${scale === "long" ? ", --long" : ""}`, ...section },
  ]);
  const all = kept.parse({ ...earlier, ...Object.fromEntries(newer) });
  const body = Object.keys(parts).flatMap((name) => {
    const section = all[name];
    return section ? [`### ${section.title}`, ...section.lines] : [];
  });
  const machines = Map.groupBy(Object.entries(all), ([, { measured }]) => measured);
  const measured = [...machines].map(([where, of]) => `- ${of.map(([name]) => name).join(", ")}: ${where}`);
  await writeFile(
    report,
    [
      `${before}${begin}`,
      "Where each part was measured:",
      "",
      ...measured,
      ...body,
      "",
      `${end}${after}`,
    ].join("\n"),
  );
  await mkdir(new URL(".", results), { recursive: true });
  await writeFile(results, `${JSON.stringify(all, undefined, 2)}\n`);
}
