import { effectOf } from "./effects.ts";
import { whatItSays } from "./excuses.ts";
import { frontOn, type PlatformName } from "./front.ts";
import { type Operation, type Start, starts, unsettled } from "./operations.ts";
import { differences, type Outcome, whatIsSeen, whatThereIs } from "./oracle.ts";
import { type Call, decide } from "./seam.ts";
import { type CrashWorld, type Moment, startCrashWorld } from "./world.ts";

/** The n-th time that something is called in a stage, counted from 1. */
export interface Boundary {
  readonly stage: string;
  readonly effect: string;
  readonly time: number;
}

/** What becomes of a call, in the middle of an operation. */
export type Meddling = (
  call: Call,
  at: Boundary,
  send: (call?: Call) => Promise<Response>,
) => Promise<Response>;

export interface Undisturbed {
  /** Of what has an effect more than twice in a stage the first and the last time. */
  readonly effects: readonly Boundary[];
  /** How many effects there are. */
  readonly count: number;
  /** Where the storage is called: the first time of each call in each stage. */
  readonly storage: readonly Boundary[];
  readonly outcome: Outcome;
  /** What was to be read anywhere at any moment, as `whatItSays`. */
  readonly shown: ReadonlySet<string>;
  /** What the front itself has said at once. */
  readonly answers: ReadonlySet<string>;
}

/** What people read where their call failed. */
export const apology = "Something went wrong on our side";
/** For so long people wait before they ask again. */
const patienceMs = 5 * 60_000;
/** One more than two deaths can spoil. */
const mostTries = 3;

export type Runs = Awaited<ReturnType<typeof openRuns>>;

/** Runs operations in worlds that were prepared once. `alter`: see `startCrashWorld`. */
export async function openRuns(alter?: Parameters<typeof startCrashWorld>[0]) {
  const world = await startCrashWorld(alter);
  const first = world.snapshot();
  const prepared = new Map<string, Moment>();
  const undisturbedRuns = new Map<string, Undisturbed>();
  const calm = () => decide((_call, send) => send());

  async function startAt(start: Start, platform: PlatformName): Promise<Moment> {
    const key = `${platform} ${start}`;
    const known = prepared.get(key);
    if (known) return known;
    const { from, make } = starts[start];
    world.restore(from ? await startAt(from, platform) : first);
    calm();
    await make(frontOn(platform, world), world);
    // What is done every hour was just done, so that it does not come in between.
    if (!unsettled.includes(start)) {
      world.pass(3600);
      await world.sweep();
      await world.settle();
    }
    if (world.errors.length > 0) throw new Error(`${key}: ${world.errors.join("\n")}`);
    const made = world.snapshot();
    prepared.set(key, made);
    return made;
  }

  /** What there is after an operation; `meddle` decides what becomes of each call of the bot. */
  async function run(
    { from, asks }: Operation,
    platform: PlatformName,
    meddle: Meddling,
    behaviour: Partial<CrashWorld["behaviour"]> = {},
    whenAnswered: () => void = () => undefined,
  ): Promise<Outcome> {
    world.restore(await startAt(from, platform));
    Object.assign(world.behaviour, behaviour);
    const times = new Map<string, number>();
    decide((call, send) => {
      const { stage } = call;
      const effect = effectOf(call) ?? readOf(call);
      if (effect === undefined) return send();
      const key = `${stage}: ${effect}`;
      const time = (times.get(key) ?? 0) + 1;
      times.set(key, time);
      return meddle(call, { stage, effect, time }, send);
    });
    const front = frontOn(platform, world);
    for (const [index, step] of asks.entries()) {
      for (let tries = 1; ; tries += 1) {
        const before = whatThereIs(world);
        if (await isAnswered(() => step(front, world))) {
          whenAnswered();
          // They go by the newest answer, and what was promised to them before comes first.
          if (tries > 1 && index < asks.length - 1 && !unsettled.includes(from))
            await world.settle(undefined, patienceMs);
          break;
        }
        if (tries === mostTries) throw new Error(`nobody answers, asked ${tries} times`);
        // Nobody has answered: then people ask again, unless they see that it goes on.
        // In the middle of something they don't wait, since that ends by itself.
        if (!unsettled.includes(from)) await world.settle(undefined, patienceMs);
        if (index === asks.length - 1 && !isUnchanged(before, whatThereIs(world))) break;
      }
    }
    await world.settle();
    calm();
    // What Azure has started to delete is gone by then.
    world.pass(300);
    return whatThereIs(world);
  }

  async function isAnswered(step: () => Promise<unknown>): Promise<boolean> {
    const deaths = world.deaths();
    try {
      return !JSON.stringify((await step()) ?? "").includes(apology);
    } catch (error) {
      if (world.deaths() === deaths) throw error;
      return false;
    }
  }

  async function undisturbed(operation: Operation, platform: PlatformName): Promise<Undisturbed> {
    const key = `${platform} ${operation.name}`;
    const known = undisturbedRuns.get(key);
    if (known) return known;
    const effects: Boundary[] = [];
    const storage: Boundary[] = [];
    const shown = new Set<string>();
    const answers = new Set<string>();
    const look = (): readonly string[] => whatIsSeen(world).map(whatItSays);
    const show = (seen: readonly string[]) => {
      for (const each of seen) shown.add(each);
    };
    let before: readonly string[] | undefined;
    let isWorkers = false;
    const outcome = await run(
      operation,
      platform,
      (call, at, send) => {
        before ??= look();
        isWorkers ||= at.stage !== "front";
        if (effectOf(call) !== undefined) {
          effects.push(at);
          show(look());
        }
        if (isStorage(call) && at.time === 1) storage.push(at);
        return send();
      },
      {},
      () => {
        const seen = look();
        show(seen);
        // What came while somebody waited for a worker is no answer of the front's.
        if (!isWorkers) for (const each of seen) if (!before?.includes(each)) answers.add(each);
        isWorkers = false;
      },
    );
    show(look());
    const found = { effects: firstAndLast(effects), count: effects.length, storage, outcome, shown, answers };
    undisturbedRuns.set(key, found);
    return found;
  }

  return { world, startAt, run, undisturbed };
}

export const named = ({ stage, effect, time }: Boundary): string => `${stage}: ${effect} (${time})`;

export const isSame = (a: Boundary, b: Boundary): boolean =>
  a.stage === b.stage && a.effect === b.effect && a.time === b.time;

export const isStorage = ({ url }: Call): boolean => url.pathname.startsWith("/memory/");

/** What is read from storage. */
function readOf(call: Call): string | undefined {
  if (!isStorage(call)) return undefined;
  const [, table = ""] = /^\/memory\/(\w+)/.exec(call.url.pathname) ?? [];
  return `${table} ${call.method}`;
}

function firstAndLast(all: readonly Boundary[]): readonly Boundary[] {
  return all.filter(
    ({ stage, effect, time }) =>
      time === 1 ||
      !all.some((other) => other.stage === stage && other.effect === effect && other.time > time),
  );
}

/** Due rows and links to accounts are written before what they are for, and copies are taken away before it. */
const isUnchanged = (before: Outcome, after: Outcome): boolean =>
  differences(before, after).every(
    (line) => !/^(resources|rows: (missing|too much) \["(?!due|accounts|roster))/.test(line),
  );
