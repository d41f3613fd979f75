import { z } from "zod";
import { startWorld, type World } from "../world.ts";
import { quantile } from "./load.ts";
import { by, type Measure, table, within } from "./section.ts";
import type { Stage } from "./stage.ts";

/** Virtual seconds from a wish to the message that says it is done, and for how many of them Azure was busy. */
interface Took {
  readonly bot: number;
  readonly azure: number;
}

/** Azure's handler writes so often how far a script is (docs/performance.md), so that the bot asks for it no more often; both end with a script. */
const handlerSeconds = 15;

/**
 * What the bot adds to Azure's own time, by a virtual clock that stands still while anybody computes: the time in which no operation,
 * deployment, boot or script of Azure's was under way, since the bot had not looked yet. Each run has another speed of Azure, so that
 * its ends fall between the looks anywhere.
 */
export const added: Measure = async (stage, scale) => {
  const runs = by(scale, 2, 20, 60);
  const took: { request: Took; start: Took }[] = [];
  for (let run = 0; run < runs; run += 1)
    // Azure's usual times, up to a fifth faster or slower.
    took.push(await timesOf(stage, 0.8 + (0.4 * (run + 0.5)) / runs));
  const row = (what: "request" | "start") => {
    const sorted = (of: (one: Took) => number) => took.map((one) => of(one[what])).toSorted((a, b) => a - b);
    const adds = sorted(({ bot, azure }) => bot - azure);
    const p95 = quantile(adds, 0.95);
    const middle = (of: (one: Took) => number) => `${quantile(sorted(of), 0.5).toFixed(0)} s`;
    return [
      `\`${what}\` to the message that says it is done`,
      middle(({ azure }) => azure),
      middle(({ bot }) => bot),
      `${quantile(adds, 0.5).toFixed(1)} s`,
      `${p95.toFixed(1)} s`,
      within(p95, 3 + handlerSeconds, " s"),
    ];
  };
  return {
    title: `What the bot adds to Azure's own time, ${runs} runs on a virtual clock`,
    raw: took,
    lines: table(
      [
        "wish",
        "Azure, median",
        "in all, median",
        "added, median",
        "added, p95",
        `aim for p95: 3 s, and ${handlerSeconds} s for the handler`,
      ],
      [row("request"), row("start")],
    ),
  };
};

async function timesOf(stage: Stage, speed: number): Promise<{ request: Took; start: Took }> {
  const world = await startWorld({}, { storage: stage.freshAccount(), isLong: true, speed });
  const { max, ada } = world.discord.people;
  await world.client.types(ada, "openclaw-admin roster add", { person: max.id, entra: "max@contoso.com" });
  await world.settle();
  const request = await tookUntilDone(world, "request", speed);
  await world.client.types(max, "openclaw stop");
  await world.settle();
  world.pass(600);
  const start = await tookUntilDone(world, "start", speed);
  await world.close();
  return { request, start };
}

type Span = readonly [from: number, to: number];

async function tookUntilDone(world: World, wish: string, speed: number): Promise<Took> {
  const { max } = world.discord.people;
  const seen = () => JSON.stringify(world.discord.messagesFor(max.id).map(({ embeds }) => embeds));
  const spans = new Map<string, Span>();
  const from = world.azure.snapshot().now;
  let to = from;
  let before = seen();
  await world.client.types(max, `openclaw ${wish}`);
  for (; world.queue.waiting().length > 0; before = seen()) {
    await world.work();
    note(world, spans);
    // The last change of what they see is the one that says it is done.
    if (seen() !== before) to = world.azure.snapshot().now;
  }
  const clipped = [...spans.values()].map(([start, end]): Span => [Math.max(start, from), Math.min(end, to)]);
  return { bot: (to - from) / 1000 / speed, azure: lengthOf(clipped) / 1000 / speed };
}

const boot = z.object({ since: z.number(), gateway: z.number() });
const run = z.object({ startedAt: z.number(), endsAt: z.number() });

/** Writes down when Azure was busy with what; what is over may be forgotten there later. */
function note({ azure }: World, spans: Map<string, Span>): void {
  const { state } = azure.snapshot();
  for (const { id, startedAt, endedAt, due } of Object.values(state.operations))
    spans.set(id, [startedAt, endedAt ?? due]);
  for (const { id, startedAt, endedAt } of Object.values(state.deployments))
    if (endedAt !== undefined) spans.set(id, [startedAt, endedAt]);
  for (const { id, hidden } of Object.values(state.resources)) {
    const booted = boot.safeParse(hidden["boot"]).data;
    if (booted) spans.set(`${id} ${booted.since}`, [booted.since, booted.gateway]);
    const ran = run.safeParse(hidden["run"]).data;
    if (ran) spans.set(`${id} ${ran.startedAt}`, [ran.startedAt, ran.endsAt]);
  }
}

/** Of all together, what overlaps counted once. */
function lengthOf(spans: readonly Span[]): number {
  let length = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
    length += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return length;
}
