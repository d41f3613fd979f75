import { unexcused } from "./excuses.ts";
import type { PlatformName } from "./front.ts";
import {
  behaviours,
  deathAfter,
  deathsAfter,
  noMeddling,
  storageFails,
  storageFaults,
  type Trial,
  twoWorkers,
} from "./meddlings.ts";
import type { Operation } from "./operations.ts";
import { differences, type Outcome, shortened } from "./oracle.ts";
import { apology, type Boundary, type Meddling, named, type Runs, type Undisturbed } from "./runs.ts";

/** What came of a disturbance. */
export interface Result {
  /** Whether it came to it. */
  readonly hasCome: boolean;
  /** What differs from a run without it, a line each. */
  readonly faults: readonly string[];
}

/** One disturbance of one operation. */
export interface Case {
  readonly name: string;
  run(): Promise<Result>;
}

export interface About {
  readonly runs: Runs;
  readonly operation: Operation;
  readonly platform: PlatformName;
}

/** A death after each kind of effect. */
export async function deathCases({ runs, operation, platform }: About): Promise<readonly Case[]> {
  const calm = await runs.undisturbed(operation, platform);
  return calm.effects.map((at) => ({
    name: `death after ${named(at)}`,
    run: async () => {
      const { meddle, hasCome } = deathAfter(at);
      const found = await runs.run(operation, platform, meddle);
      return certain(hasCome(), unlike(calm, found, [at]));
    },
  }));
}

/** So often a pair is drawn anew whose second death never came. */
const mostDraws = 20;

/** Two deaths, each anywhere; the same for the same seed. */
export async function pairCases(
  { runs, operation, platform }: About,
  seeds: readonly number[],
): Promise<readonly Case[]> {
  const calm = await runs.undisturbed(operation, platform);
  return seeds.map((seed) => ({
    name: `two deaths, seed ${seed}`,
    run: async () => {
      const random = randomFrom(seed);
      for (let draw = 1; draw <= mostDraws; draw += 1) {
        const first = 1 + random(calm.count - 1);
        // Of what would come after it; a death may leave less than that to do.
        const { meddle, deaths } = deathsAfter([first, 1 + random(calm.count - first)]);
        const found = await runs.run(operation, platform, meddle);
        const faults = unlike(calm, found, deaths);
        const told = faults.length === 0 ? [] : [`after ${deaths.map(named).join(" and ")}:`, ...faults];
        if (deaths.length === 2 || told.length > 0) return { hasCome: true, faults: told };
      }
      return certain(false, []);
    },
  }));
}

/** The storage fails once at each call site. Whoever hears of it may say so in the log. */
export async function storageCases({ runs, operation, platform }: About): Promise<readonly Case[]> {
  const calm = await runs.undisturbed(operation, platform);
  return calm.storage.flatMap((at) =>
    storageFaults
      // Nothing but a condition can be refused for one, and a read has no effect.
      .filter((how) => how !== 412 || at.effect.startsWith("rows "))
      .filter((how) => how !== "lost" || !at.effect.endsWith(" GET"))
      .map((how) => ({
        name: `storage ${how} at ${named(at)}`,
        run: async () => {
          const { meddle, hasCome } = storageFails(at, how);
          const found = await runs.run(operation, platform, meddle);
          return certain(hasCome(), unlike(calm, unlogged(found), [at], apology));
        },
      })),
  );
}

/** Two workers with the same piece of work, the second within the first at each of its effects. */
export async function twoWorkersCases(
  { runs, operation, platform }: About,
  plant: (meddle: Meddling) => Meddling = (meddle) => meddle,
): Promise<readonly Case[]> {
  const calm = await runs.undisturbed(operation, platform);
  return calm.effects
    .filter(({ stage }) => stage !== "front")
    .map((at) => ({
      name: `another worker before ${named(at)}`,
      run: async () => {
        const { meddle, hasCome }: Trial = twoWorkers(at, runs.world);
        const found = await runs.run(operation, platform, plant(meddle));
        return certain(hasCome(), unlike(calm, unlogged(found), []));
      },
    }));
}

/** The queue and the platform behave as badly as they may. An operation may be too short for that. */
export async function behaviourCases({ runs, operation, platform }: About): Promise<readonly Case[]> {
  const calm = await runs.undisturbed(operation, platform);
  const answers = operation.asks.map(() => ({
    stage: "again",
    effect: "teams POST /activities",
    time: 1,
  }));
  return Object.keys(behaviours(runs.world, () => undefined)).map((name) => ({
    name,
    run: async () => {
      let hasCome = false;
      const behaviour = behaviours(runs.world, () => {
        hasCome = true;
      })[name];
      const found = await runs.run(operation, platform, noMeddling, behaviour);
      const isTwice = platform === "teams" && behaviour?.callsTwice !== undefined;
      return { hasCome, faults: unlike(calm, unlogged(found), isTwice ? answers : []) };
    },
  }));
}

/** It was seen to come without a disturbance: that it doesn't is a fault by itself. */
const certain = (hasCome: boolean, faults: readonly string[]): Result => ({
  hasCome,
  faults: hasCome ? faults : ["it never came to that", ...faults],
});

const unlogged = (found: Outcome): Outcome => ({ ...found, errors: [] });

function unlike(
  calm: Undisturbed,
  found: Outcome,
  at: readonly Boundary[],
  excuse?: string,
): readonly string[] {
  return shortened(unexcused(calm, at, differences(calm.outcome, found), excuse));
}

/** Whole numbers below a limit, the same for the same seed (mulberry32, a public algorithm by Tommy Ettinger). */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** What came of a case; what it throws is a fault. */
export const resultOf = (run: Case["run"]): Promise<Result> =>
  run().catch((error: unknown) => ({ hasCome: true, faults: [String(error)] }));

/** Runs cases in turn; answers with those that came out otherwise, and why. */
export async function failuresOf(cases: readonly Case[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, run } of cases) {
    const { faults } = await resultOf(run);
    if (faults.length > 0) failures.push([name, ...faults].join("\n    "));
  }
  return failures;
}
