/**
 * `npm run memory`: checks whether the bot keeps anything of messages that it has answered. Sends it three rounds of Teams messages
 * (5,200 each unless `-- COUNT` says otherwise), mutated in many ways, and prints the size of its heap after each round and a
 * garbage collection. Storage and Teams run in separate processes (scripts/memory-teams.ts), so the heap is the bot's
 * alone. `-- COUNT FOLDER` also writes a heap snapshot there each time, for Chrome's developer tools.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getHeapStatistics, writeHeapSnapshot } from "node:v8";
import { z } from "zod";
import { appFrom } from "../bot/app.ts";
import { partsFrom } from "../bot/wiring.ts";
import { startAzurite } from "../local/azurite.ts";
import { serve } from "../local/serve.ts";
import type { Order } from "./memory-teams.ts";

const [given = "5200", folder] = process.argv.slice(2);
const count = z.coerce.number().int().min(1).parse(given);

const azurite = await startAzurite({ accounts: ["memory"] });
const example = z
  .object({ Values: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL("../local.settings.example.json", import.meta.url), "utf8"))).Values;

const teams = fork(new URL("memory-teams.ts", import.meta.url), { execArgv: [] });
const heard = async (): Promise<unknown> => (await once(teams, "message"))[0];
const settings = z.record(z.string(), z.string()).parse(await heard());
const env = {
  ...Object.fromEntries(Object.entries(example).filter(([name]) => !name.startsWith("DISCORD_"))),
  AzureWebJobsStorage: azurite.connectionString("memory"),
  ...settings,
};
// The identity SDK reads these from the process, as the Functions host sets them.
Object.assign(process.env, env);
const app = appFrom(partsFrom(env, { log: { info: () => undefined, error: () => undefined } }));
const answers = new Map<number, number>();
const bot = await serve(
  async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    const answer = await app.messages({ headers: Object.fromEntries(request.headers), body });
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
    return new Response(answer.body ?? null, { status: answer.status, headers: answer.headers ?? {} });
  },
  { port: 0 },
);

async function send(order: Order): Promise<void> {
  teams.send(order);
  await heard();
}

/** What is still held, in MB. */
function heap(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("run it with npm run memory: it needs --expose-gc");
  for (let i = 0; i < 4; i += 1) gc();
  return getHeapStatistics().used_heap_size / 2 ** 20;
}

const say = (sent: number, held: number, peak: number) =>
  process.stdout.write(
    `${String(sent).padStart(6)} messages: ${held.toFixed(1)} MB held, ${peak.toFixed(0)} MB before collection\n`,
  );
const url = `${bot.url}/api/messages`;
// Warm up: load everything, and have the runtime compile it.
await send({ url, count: 500, first: 0 });
let sent = 500;
const held = [heap()];
say(sent, held[0] ?? 0, held[0] ?? 0);
for (let round = 1; round <= 3; round += 1) {
  await send({ url, count, first: sent });
  sent += count;
  const peak = getHeapStatistics().used_heap_size / 2 ** 20;
  held.push(heap());
  say(sent, held[round] ?? 0, peak);
  if (folder !== undefined) writeHeapSnapshot(join(folder, `${sent}.heapsnapshot`));
}
const grown = (((held[3] ?? 0) - (held[1] ?? 0)) * 2 ** 20) / (2 * count);
process.stdout.write(
  `Each of the last ${2 * count} left ${grown.toFixed(0)} bytes. Answers: ${JSON.stringify(Object.fromEntries(answers))}\n`,
);
teams.disconnect();
await Promise.all([bot.close(), azurite.stop()]);
process.exit(0);
