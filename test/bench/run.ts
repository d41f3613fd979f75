/**
 * `npm run bench`: measures the bot against something that does as little as possible, in the same run and on the same machine, and
 * writes what it found into docs/performance.md and bench/results/. `-- --quick` takes some three minutes and writes nothing; `-- --long`
 * takes an hour; `-- --only cold,warm` runs these parts alone and writes nothing.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { added } from "./added.ts";
import { answers } from "./answers.ts";
import { coldStart } from "./coldStart.ts";
import { cost } from "./cost.ts";
import { members } from "./members.ts";
import { memory } from "./memory.ts";
import { callsOfOperations, flood } from "./others.ts";
import type { Measure, Scale, Section } from "./section.ts";
import { simulators } from "./simulators.ts";
import { openStage } from "./stage.ts";
import { warmAnswers } from "./warm.ts";

/** In the order of the report. */
const parts: Readonly<Record<string, { readonly measure: Measure; readonly isQuick: boolean }>> = {
  simulators: { measure: simulators, isQuick: true },
  cold: { measure: coldStart, isQuick: true },
  warm: { measure: warmAnswers, isQuick: true },
  memory: { measure: memory, isQuick: true },
  answers: { measure: answers, isQuick: true },
  added: { measure: added, isQuick: true },
  members: { measure: members, isQuick: true },
  cost: { measure: cost, isQuick: true },
  flood: { measure: flood, isQuick: false },
  calls: { measure: callsOfOperations, isQuick: false },
};

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, long: { type: "boolean" }, only: { type: "string" } },
});
const scale: Scale = values.quick ? "quick" : values.long ? "long" : "usual";
const only = values.only?.split(",");
const say = (text: string) => process.stdout.write(`${text}\n`);

const began = new Date();
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${began.toISOString().slice(0, 10)}`;
say(machine);
const stage = await openStage();
const sections: Record<string, Section> = {};
for (const [name, { measure, isQuick }] of Object.entries(parts)) {
  if (only ? !only.includes(name) : scale === "quick" && !isQuick) continue;
  const start = performance.now();
  const section = await measure(stage, scale);
  sections[name] = section;
  say(["", `## ${section.title}`, "", ...section.lines].join("\n"));
  say(`(${name}: ${Math.round((performance.now() - start) / 1000)} s)`);
}
await stage.close();
if (scale !== "quick" && !only) await write();
// What was built is loaded here too in part, and may keep timers.
process.exit(0);

/** Puts the tables between the marks of the report, and the figures beside it. */
async function write(): Promise<void> {
  const report = new URL("../../docs/performance.md", import.meta.url);
  const results = new URL("../../bench/results/", import.meta.url);
  const [begin, end] = ["<!-- what npm run bench writes -->", "<!-- its end -->"];
  const text = await readFile(report, "utf8");
  const [before, rest = ""] = text.split(begin);
  const [, after] = rest.split(end);
  if (before === undefined || after === undefined)
    throw new Error(`docs/performance.md lacks “${begin}” or “${end}”`);
  const body = Object.values(sections).flatMap(({ title, lines }) => ["", `### ${title}`, "", ...lines]);
  const measured = `Measured by \`npm run bench${scale === "long" ? " -- --long" : ""}\` on ${machine}.`;
  await writeFile(report, [`${before}${begin}`, "", measured, ...body, "", `${end}${after}`].join("\n"));
  await mkdir(results, { recursive: true });
  const raw = Object.fromEntries(Object.entries(sections).map(([name, section]) => [name, section.raw]));
  await writeFile(
    new URL(`${scale}.json`, results),
    `${JSON.stringify({ machine, at: began.toISOString(), ...raw }, undefined, 2)}\n`,
  );
}
