import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "./clock.ts";
import { atRate, type Call, send, type Waits } from "./load.ts";
import { type Layer, layersOf, openProbe, type StorageCall } from "./probe.ts";
import { type Host, startHost } from "./process.ts";
import { by, type Measure, ms, ratio, type Section, table, within } from "./section.ts";
import type { Stage } from "./stage.ts";
import { openTeam } from "./team.ts";

interface Load extends Waits {
  /** What an answer takes of a processor, in milliseconds. */
  readonly cpu: number;
}

/** How long callers wait at a rate, for the bot and for the handler that it is compared with. */
interface WarmRow {
  readonly perSecond: number;
  readonly bot: Load;
  readonly reference: Load;
}

const memberCount = 20;
/** It reads who asks and what they may do, and writes nothing, so that each answer costs the same. */
const command = "help";

/** Answers of a process that has been running for a while, at rates that don't wait for it. */
export const warmAnswers: Measure = async (stage, scale) => {
  const seconds = by(scale, 4, 20);
  const team = await openTeam(stage, memberCount);
  const made = await Promise.all(team.people.map((person) => stage.inDiscord(person, `openclaw ${command}`)));
  const call = (index: number): Call => (made[index % made.length] ?? stage.ping)();
  const { layers, read } = await traceOf(stage, team.env, () => call(0));
  const bot = await startHost({ entry: stage.bot, env: team.env });
  const env = { ...stage.freshSettings(), BENCH_LAYERS: JSON.stringify(layers) };
  const reference = await startHost({ entry: stage.reference, env });
  try {
    for (const host of [bot, reference]) await warmUp(host, call);
    const storagePerSecond = await mostReads(team.env["AzureWebJobsStorage"] ?? "", read);
    const rows: WarmRow[] = [];
    for (const perSecond of by(scale, [20], [10, 20, 50, 100])) {
      const run = async (host: Host): Promise<Load> => {
        const before = await host.measure();
        const one = async (index: number) => (await send(host.url, call(index))).status === 200;
        const waits = await atRate(perSecond, seconds, one);
        const cpu = ((await host.measure()).cpu - before.cpu) / (perSecond * seconds);
        return { ...waits, cpu };
      };
      rows.push({ perSecond, reference: await run(reference), bot: await run(bot) });
    }
    return report(rows, layers, storagePerSecond, seconds);
  } finally {
    await Promise.all([bot.stop(), reference.stop()]);
  }
};

function report(
  rows: readonly WarmRow[],
  layers: readonly Layer[],
  storagePerSecond: number,
  seconds: number,
): Section {
  const calls = layers.reduce((sum, { reads, queries, writes }) => sum + reads + queries + writes, 0);
  const most = Math.floor(storagePerSecond / calls);
  return {
    title: `Warm answers to \`${command}\` in Discord, ${seconds} s at each rate`,
    raw: { rows, layers, storagePerSecond },
    lines: [
      `An answer makes ${calls} calls to the storage, ${layers.length} of them in sequence; the reference checks the signature and makes as many calls. Azurite alone answers at most ${Math.round(storagePerSecond)} reads a second, which is enough for ${most} answers a second: figures near that rate say more about Azurite than about the bot.`,
      "",
      ...table(
        [
          "calls a second",
          "p50",
          "p95",
          "p99",
          "reference p50",
          "p99",
          "ratio at p50",
          "aim",
          "p99 aim",
          "CPU an answer",
          "reference",
        ],
        rows.map(({ perSecond, bot, reference }) => [
          perSecond,
          ...[bot.p50, bot.p95, bot.p99, reference.p50, reference.p99].map(ms),
          ...ratio(bot.p50, reference.p50, 1.3),
          perSecond === 50 ? within(Math.round(bot.p99), 250, " ms") : "",
          `${bot.cpu.toFixed(1)} ms`,
          `${reference.cpu.toFixed(1)} ms`,
        ]),
      ),
      ...rows.flatMap(({ perSecond, bot, reference }) =>
        bot.failed + reference.failed === 0
          ? []
          : [
              "",
              `At ${perSecond} a second ${bot.failed} calls to the bot failed, ${reference.failed} to the reference.`,
            ],
      ),
    ],
  };
}

/** Until the runtime has compiled what is used, and the bot what it loads beforehand. */
async function warmUp(host: Host, call: (index: number) => Call): Promise<void> {
  await atRate(10, 6, async (index) => (await send(host.url, call(index))).status === 200);
}

/** What one answer asks of the storage, and a read of it. */
async function traceOf(stage: Stage, env: Readonly<Record<string, string>>, call: () => Call) {
  const probe = await openProbe(env["AzureWebJobsStorage"] ?? "");
  const host = await startHost({
    entry: stage.bot,
    env: { ...env, AzureWebJobsStorage: probe.connectionString },
  });
  try {
    await send(host.url, call());
    // What is loaded beforehand asks the storage too.
    await sleep(3000);
    await send(host.url, call());
    probe.take();
    const answered = await send(host.url, call());
    const calls = probe.take();
    const read = calls.find(({ method }) => method === "GET");
    if (answered.status !== 200 || !read) throw new Error(`no answer: ${answered.status} ${host.output()}`);
    return { layers: layersOf(calls), read };
  } finally {
    await host.stop();
    await probe.close();
  }
}

/** Sends one signed read again and again, 16 at a time. */
async function mostReads(connectionString: string, { path, headers }: StorageCall): Promise<number> {
  const port = /TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(connectionString)?.[1];
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const until = now() + 2000;
  let count = 0;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      request({ host: "127.0.0.1", port, path, headers, agent }, (answer) =>
        answer.resume().once("end", resolve),
      )
        .once("error", reject)
        .end();
    });
  const lane = async () => {
    while (now() < until) {
      await one();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  agent.destroy();
  return count / 2;
}
