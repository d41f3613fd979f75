import { setTimeout as sleep } from "node:timers/promises";
import { atRate, type Call, send } from "./load.ts";
import { type Host, startHost } from "./process.ts";
import { by, type Measure, table } from "./section.ts";
import { openTeam } from "./team.ts";

type Measured = Awaited<ReturnType<Host["measure"]>>;

const perSecond = 50;

/** The memory of a process that answers both platforms, half and half, and of one that does nothing but answer. */
export const memory: Measure = async (stage, scale) => {
  const seconds = by(scale, 20, 180, 600);
  const team = await openTeam(stage, 20);
  const inDiscord = await Promise.all(
    team.people.map((person) => stage.inDiscord(person, "openclaw status")),
  );
  const inTeams = await stage.inTeams(stage.teams.people.mia, "status");
  const call = (index: number): Call | Promise<Call> =>
    index % 2 === 0 ? inTeams() : (inDiscord[((index - 1) / 2) % inDiscord.length] ?? stage.ping)();
  const run = async (entry: string) => {
    const host = await startHost({ entry, env: team.env });
    try {
      await sleep(by(scale, 3000, 8000));
      const idle = await host.measure();
      const one = async (index: number) => (await send(host.url, await call(index))).status < 300;
      // Loads everything, and has the runtime compile it.
      let failed = (await atRate(perSecond, by(scale, 2, 10), one)).failed;
      const under: Measured[] = [await host.measure()];
      for (let third = 0; third < 3; third += 1) {
        failed += (await atRate(perSecond, Math.ceil(seconds / 3), one)).failed;
        under.push(await host.measure());
      }
      return { idle, under, failed };
    } finally {
      await host.stop();
    }
  };
  const empty = await run(stage.empty);
  const bot = await run(stage.bot);
  const mb = (value: number) => `${Math.round(value)} MB`;
  const row = (what: string, of: (measured: typeof bot) => Measured) => {
    const [ours, theirs] = [of(bot), of(empty)];
    const times = (ours.rss / theirs.rss).toFixed(2);
    return [
      what,
      mb(ours.rss),
      mb(theirs.rss),
      `${times} ×`,
      `≤ 2 ×: ${ours.rss <= 2 * theirs.rss ? "met" : "**not met**"}`,
      mb(ours.heap),
      mb(theirs.heap),
    ];
  };
  const last = ({ under }: typeof bot): Measured => under.at(-1) ?? bot.idle;
  const [, early, , late] = bot.under;
  const grown = (late?.heap ?? 0) - (early?.heap ?? 0);
  return {
    title: `Memory of the process, both platforms, ${perSecond} calls a second for ${seconds} s`,
    raw: { bot, empty },
    lines: [
      ...table(
        ["", "RSS", "empty app", "ratio", "aim", "heap after collection", "empty app"],
        [row("idle, warm", ({ idle }) => idle), row("at the end", last)],
      ),
      "",
      `From the first to the last third of the run, the heap after collection changed by ${grown.toFixed(1)} MB. ${bot.failed} calls failed.`,
    ],
  };
};
