import { now } from "./clock.ts";
import { type Call, median, send } from "./load.ts";
import { type Loaded, startHost } from "./process.ts";
import { by, type Measure, ms, ratio, table } from "./section.ts";
import { openTeam } from "./team.ts";

type Kind = { readonly what: string; readonly aim: number; readonly isStandby?: boolean } & {
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
    { what: "first answer in Discord (`status`)", aim: 2, call: inDiscord, expects: /"type":4/ },
    { what: "first answer in Teams (`status`)", aim: 3, call: inTeams, expects: /^20[02]?$/ },
    { what: "standby: settings to registered", aim: 1.1, isStandby: true, expects: /./ },
    {
      what: "standby: settings to PING",
      aim: 1.8,
      call: stage.ping,
      isStandby: true,
      expects: /^\{"type":1\}$/,
    },
  ];
  const bot: Loaded = { entry: stage.bot, env: team.env };
  const empty: Loaded = { entry: stage.empty, env: team.env };
  const rows: Row[] = [];
  for (const { what, aim, call, isStandby, expects } of kinds) {
    const times = { bot: [] as number[], empty: [] as number[] };
    for (let run = 0; run < runs + 1; run += 1) {
      const ofBot = await firstAnswer(bot, call, isStandby, expects);
      const ofEmpty = await firstAnswer(empty, call, isStandby, /./);
      // The first brings the files into the machine's memory.
      if (run === 0) continue;
      times.bot.push(ofBot);
      times.empty.push(ofEmpty);
    }
    rows.push({ what, aim, ...times });
  }
  return { title: `Cold start, medians of ${runs}`, raw: rows, lines: table(head, rows.map(shown)) };
};

interface Row {
  readonly what: string;
  readonly aim: number;
  readonly bot: readonly number[];
  readonly empty: readonly number[];
}

const head = ["a fresh process", "the bot", "an empty app", "ratio", "aim"];
function shown({ what, aim, bot, empty }: Row): readonly string[] {
  const [ours, theirs] = [median(bot), median(empty)];
  return [what, ms(ours), ms(theirs), ...ratio(ours, theirs, aim)];
}

async function firstAnswer(
  app: Loaded,
  call: Kind["call"],
  isStandby = false,
  expects: RegExp,
): Promise<number> {
  const made = await call?.();
  const host = await startHost(app, isStandby);
  try {
    if (!made) return host.registered;
    const { status, body } = await send(host.url, made);
    const took = now() - host.from;
    if (!expects.test(body || String(status)))
      throw new Error(`the first call was answered ${status} ${body}: ${host.output()}`);
    return took;
  } finally {
    await host.stop();
  }
}
