import { unexcused } from "./excuses.ts";
import type { PlatformName } from "./front.ts";
import {
  behaviours,
  deathAfter,
  deathsAfter,
  noMeddling,
  storageFails,
  storageFaults,
  twoWorkers,
} from "./meddlings.ts";
import type { Operation } from "./operations.ts";
import { differences, type Outcome, shortened } from "./oracle.ts";
import { type Boundary, type Meddling, named, type Runs } from "./runs.ts";

/** One disturbance of one operation: what differs from a run without it, a line each. */
export interface Case {
  readonly name: string;
  run(): Promise<readonly string[]>;
}

export interface About {
  readonly runs: Runs;
  readonly operation: Operation;
  readonly platform: PlatformName;
}

/** A death after each kind of effect. */
export async function deathCases({ runs, operation, platform }: About): Promise<readonly Case[]> {
  const { effects, outcome } = await runs.undisturbed(operation, platform);
  return effects.map((at) => ({
    name: `death after ${named(at)}`,
    run: async () => {
      const { meddle, hasCome } = deathAfter(at);
      const found = await runs.run(operation, platform, meddle);
      if (!hasCome()) return ["it never came to that"];
      return shortened(unexcused(platform, [at], differences(outcome, found)));
    },
  }));
}

/** Two deaths, each anywhere; the same for the same seed. */
export async function pairCases(
  { runs, operation, platform }: About,
  seeds: readonly number[],
): Promise<readonly Case[]> {
  const { count, outcome } = await runs.undisturbed(operation, platform);
  return seeds.map((seed) => ({
    name: `two deaths, seed ${seed}`,
    run: async () => {
      const random = randomFrom(seed);
      const numbers = [1 + random(count), 1 + random(count)];
      const { meddle, deaths } = deathsAfter(numbers);
      const found = await runs.run(operation, platform, meddle);
      const left = unexcused(platform, deaths, differences(outcome, found));
      return left.length === 0 ? [] : [`after ${deaths.map(named).join(" and ")}:`, ...shortened(left)];
    },
  }));
}

/** The storage fails once at each call site. Whoever hears of it may say so in the log. */
export async function storageCases({ runs, operation, platform }: About): Promise<readonly Case[]> {
  const { storage, outcome } = await runs.undisturbed(operation, platform);
  return storage.flatMap((at) =>
    storageFaults
      // Nothing but a condition can be refused for one, and a read has no effect.
      .filter((how) => how !== 412 || at.effect.startsWith("rows "))
      .filter((how) => how !== "lost" || !at.effect.endsWith(" GET"))
      .map((how) => ({
        name: `storage ${how} at ${named(at)}`,
        run: async () =>
          compared(await runs.run(operation, platform, storageFails(at, how)), outcome, platform, [at]),
      })),
  );
}

/** Two workers with the same piece of work, the second within the first at each of its effects. */
export async function twoWorkersCases(
  { runs, operation, platform }: About,
  plant: (meddle: Meddling) => Meddling = (meddle) => meddle,
): Promise<readonly Case[]> {
  const { effects, outcome } = await runs.undisturbed(operation, platform);
  return effects
    .filter(({ stage }) => stage !== "front")
    .map((at) => ({
      name: `another worker before ${named(at)}`,
      run: async () =>
        compared(
          await runs.run(operation, platform, plant(twoWorkers(at, runs.world))),
          outcome,
          platform,
          [],
        ),
    }));
}

/** The queue and the platform behave as badly as they may. */
export async function behaviourCases({ runs, operation, platform }: About): Promise<readonly Case[]> {
  const { outcome } = await runs.undisturbed(operation, platform);
  const answers = operation.asks.map(() => ({
    stage: "again",
    effect: "teams POST /activities",
    time: 1,
  }));
  return Object.entries(behaviours(runs.world)).map(([name, behaviour]) => ({
    name,
    run: async () =>
      compared(
        await runs.run(operation, platform, noMeddling, behaviour),
        outcome,
        platform,
        behaviour.callsTwice ? answers : [],
      ),
  }));
}

function compared(
  found: Outcome,
  expected: Outcome,
  platform: PlatformName,
  at: readonly Boundary[],
): readonly string[] {
  const all = differences({ ...expected, errors: [] }, { ...found, errors: [] });
  return shortened(unexcused(platform, at, all));
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

/** Runs cases in turn; answers with those that came out otherwise, and why. */
export async function failuresOf(cases: readonly Case[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, run } of cases) {
    const lines = await run().catch((error: unknown) => [String(error)]);
    if (lines.length > 0) failures.push([name, ...lines].join("\n    "));
  }
  return failures;
}
