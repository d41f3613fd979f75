import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { now } from "./clock.ts";
import { type Call, median, send } from "./load.ts";
import { type Loaded, startHost } from "./process.ts";
import { by, type Measure, ms, ratio, table } from "./section.ts";
import { openTeam } from "./team.ts";

type Kind = { readonly what: string; readonly aim?: number; readonly isStandby?: boolean } & {
  readonly call?: () => Call | Promise<Call>;
  /** What the bot has to answer. */
  readonly expects: RegExp;
};

/** How long a fresh process takes until its functions are registered, and until its first answer; each run alternates with the empty app. */
export const coldStart: Measure = async (stage, scale) => {
  const runs = by(scale, 5, 20);
  const team = await openTeam(stage, 1);
  const [member] = team.people;
  if (!member) throw new Error("the team has nobody");
  const inDiscord = await stage.inDiscord(member, "openclaw status");
  const inTeams = await stage.inTeams(stage.teams.people.mia, "status");
  const kinds: readonly Kind[] = [
    { what: "functions registered", aim: 1.1, expects: /./ },
    { what: "first answer, PING", aim: 1.5, call: stage.ping, expects: /^\{"type":1\}$/ },
    { what: "first answer, bad signature", aim: 1.5, call: stage.unsigned, expects: /^401$/ },
    { what: "first answer in Discord (`status`)", aim: 2, call: inDiscord, expects: discordAnswer },
    { what: "first answer in Teams (`status`)", aim: 3, call: inTeams, expects: /^20[02]?$/ },
    { what: "standby: settings to registered", isStandby: true, expects: /./ },
    {
      what: "standby: settings to PING",
      aim: 1.8,
      call: stage.ping,
      isStandby: true,
      expects: /^\{"type":1\}$/,
    },
    {
      what: "standby: settings to Discord (`status`)",
      call: inDiscord,
      isStandby: true,
      expects: discordAnswer,
    },
  ];
  const bot: Loaded = { entry: stage.bot, env: team.env };
  const empty: Loaded = { entry: stage.empty, env: team.env };
  const rows: Row[] = [];
  for (const { what, aim, call, isStandby, expects } of kinds) {
    const times = { bot: [] as Once[], empty: [] as Once[] };
    for (let run = 0; run < runs + 1; run += 1) {
      const ofBot = await firstAnswer(bot, call, isStandby, expects);
      const ofEmpty = await firstAnswer(empty, call, isStandby, /./);
      // The first brings the files into the machine's memory.
      if (run === 0) continue;
      times.bot.push(ofBot);
      times.empty.push(ofEmpty);
    }
    rows.push({ what, ...(aim === undefined ? {} : { aim }), ...times });
  }
  const pieces = await preloaded(bot, by(scale, 1, 5));
  const loading = Object.entries(pieces).map(([name, took]) => `${name} ${ms(took)}`);
  return {
    title: `Cold start, medians of ${runs}`,
    raw: { rows, pieces },
    lines: [
      ...table(head, rows.map(shown)),
      "",
      `A process without calls preloads its parts a second after it starts: ${loading.join(", ")}. A call that arrives during that waits for at most one part.`,
    ],
  };
};

/** Medians of what the bot says each piece took that it loads unasked. */
async function preloaded(bot: Loaded, runs: number): Promise<Record<string, number>> {
  const took: Record<string, number[]> = {};
  for (let run = 0; run < runs; run += 1) {
    const host = await startHost(bot);
    const until = now() + 20_000;
    while (!said.test(host.output()) && now() < until) await sleep(50);
    const [, text = "{}"] = said.exec(host.output()) ?? [];
    await host.stop();
    for (const [name, value] of Object.entries(pieceTimes.parse(JSON.parse(text))))
      took[name] = [...(took[name] ?? []), value];
  }
  return Object.fromEntries(Object.entries(took).map(([name, values]) => [name, median(values)]));
}
const said = /"message":"the bot is warm","milliseconds":(\{[^}]*\})/;
const pieceTimes = z.record(z.string(), z.number());

/** A message, or that one follows. */
const discordAnswer = /"type":[45]/;

interface Row {
  readonly what: string;
  readonly aim?: number;
  readonly bot: readonly Once[];
  readonly empty: readonly Once[];
}

/** Milliseconds: by the clock, and of a processor. */
interface Once {
  readonly took: number;
  readonly cpu: number;
}

const head = ["a fresh process", "the bot", "an empty app", "ratio", "aim", "CPU", "empty app", "ratio"];
function shown({ what, aim, bot, empty }: Row): readonly string[] {
  const of = (what: keyof Once) => [bot, empty].map((all) => median(all.map((once) => once[what])));
  const [ours = 0, theirs = 0] = of("took");
  const [ourCpu = 0, theirCpu = 0] = of("cpu");
  const [cpus] = ratio(ourCpu, theirCpu);
  return [what, ms(ours), ms(theirs), ...ratio(ours, theirs, aim), ms(ourCpu), ms(theirCpu), cpus];
}

async function firstAnswer(
  app: Loaded,
  call: Kind["call"],
  isStandby = false,
  expects: RegExp,
): Promise<Once> {
  const host = await startHost(app, isStandby);
  try {
    const sinceStandby = async () => (await host.measure()).cpu - host.cpuBefore;
    if (!call) return { took: host.registered, cpu: await sinceStandby() };
    // Signed now: an answer is late by when it was signed.
    const made = await call();
    const { status, body } = await send(host.url, made);
    const took = now() - host.from;
    if (!expects.test(body || String(status)))
      throw new Error(`the first call was answered ${status} ${body}: ${host.output()}`);
    return { took, cpu: await sinceStandby() };
  } finally {
    await host.stop();
  }
}
