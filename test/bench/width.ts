/**
 * Counts how wide a few things are: of how many files of `bot/` a function is entered (V8's own coverage). `npm run bench:width`; `-- --list`: which.
 */
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { frontOn } from "../crash/front.ts";
import { operationNamed } from "../crash/operations.ts";
import { openRuns } from "../crash/runs.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });

/** The files of which a function was entered since this was asked last. */
async function entered(): Promise<ReadonlySet<string>> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const files = result
    .filter(({ url }) => url.startsWith("file:"))
    .map(({ url, functions }) => ({ file: fileURLToPath(url).replace(root, ""), functions }))
    .filter(({ file }) => file.startsWith("bot/"))
    .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)));
  return new Set(files.map(({ file }) => file));
}

const { world, startAt } = await openRuns();

/** As the operation's last step is taken: until it is answered, and until all is done. */
async function widthOf(name: string) {
  const { from, asks } = operationNamed(name);
  world.restore(await startAt(from, "discord"));
  const front = frontOn("discord", world);
  for (const step of asks.slice(0, -1)) await step(front, world);
  await entered();
  await asks.at(-1)?.(front, world);
  const toItsAnswer = await entered();
  await world.settle(() => world.storage.messages("work").length === 0);
  const inAll = new Set([...toItsAnswer, ...(await entered())]);
  return { toItsAnswer: toItsAnswer.size, inAll: inAll.size };
}

// Everything is loaded by then, and what is kept in memory is there.
await widthOf("stop");
const stop = await widthOf("stop");
const imported = await widthOf("import of three");
world.restore(await startAt("running", "discord"));
await world.sweep();
await entered();
await world.sweep();
const tick = await entered();
console.log(`A Stop until its answer: ${stop.toItsAnswer} files, in total: ${stop.inAll}`);
console.log(`An idle tick of the sweep: ${tick.size}`);
console.log(`A roster import, applied: ${imported.inAll}`);
if (process.argv.includes("--list")) console.log([...tick].toSorted().join("\n"));
