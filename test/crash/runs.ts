import { effectOf } from "./effects.ts";
import { type Front, frontOn, type PlatformName } from "./front.ts";
import { type Operation, type Start, starts } from "./operations.ts";
import { differences, type Outcome, whatThereIs } from "./oracle.ts";
import { type Call, decide } from "./seam.ts";
import { type Moment, startCrashWorld } from "./world.ts";

/** The n-th time that something has an effect in a stage, counted from 1. */
export interface Boundary {
  readonly stage: string;
  readonly effect: string;
  readonly time: number;
}

export interface Undisturbed {
  readonly boundaries: readonly Boundary[];
  readonly outcome: Outcome;
}

/** Runs operations in worlds that were prepared once. */
export async function openRuns() {
  const world = await startCrashWorld();
  const first = world.snapshot();
  const prepared = new Map<string, Moment>();
  const calm = () => decide((_call, send) => send());

  async function startAt(start: Start, front: Front): Promise<Moment> {
    const key = `${front.platform} ${start}`;
    const known = prepared.get(key);
    if (known) return known;
    const { from, make } = starts[start];
    world.restore(from ? await startAt(from, front) : first);
    calm();
    await make(front, world);
    if (world.errors.length > 0) throw new Error(`${key}: ${world.errors.join("\n")}`);
    const made = world.snapshot();
    prepared.set(key, made);
    return made;
  }

  /** What there is after an operation; `fate` decides what becomes of each effect. */
  async function run(
    operation: Operation,
    front: Front,
    onEffect: (call: Call, boundary: Boundary, send: () => Promise<Response>) => Promise<Response>,
  ): Promise<Outcome> {
    world.restore(await startAt(operation.from, front));
    const times = new Map<string, number>();
    decide((call, send) => {
      const effect = effectOf(call);
      if (effect === undefined) return send();
      const { stage } = call;
      const key = `${stage}: ${effect}`;
      const time = (times.get(key) ?? 0) + 1;
      times.set(key, time);
      return onEffect(call, { stage, effect, time }, send);
    });
    for (const [index, step] of operation.asks.entries()) {
      const before = whatThereIs(world);
      const deaths = world.deaths();
      try {
        await step(front, world);
        continue;
      } catch (error) {
        if (world.deaths() === deaths) throw error;
      }
      await world.settle();
      // Nobody has answered: then people ask again, unless they see that it goes on.
      const isLast = index === operation.asks.length - 1;
      if (!isLast || isUnchanged(before, whatThereIs(world))) await step(front, world);
    }
    await world.settle();
    calm();
    // What Azure has begun to delete is gone by then.
    world.pass(300);
    return whatThereIs(world);
  }

  async function undisturbed(operation: Operation, platform: PlatformName): Promise<Undisturbed> {
    const all: Boundary[] = [];
    const outcome = await run(operation, frontOn(platform, world), (_call, boundary, send) => {
      all.push(boundary);
      return send();
    });
    return { boundaries: firstAndLast(all), outcome };
  }

  /** One death, the moment after an effect and before anybody has heard of it. */
  async function killed(operation: Operation, platform: PlatformName, at: Boundary): Promise<Outcome> {
    let killed = false;
    const outcome = await run(operation, frontOn(platform, world), async (call, boundary, send) => {
      const answer = await send();
      if (!killed && isSame(boundary, at)) {
        killed = true;
        call.by?.die();
      }
      return answer;
    });
    if (!killed) throw new Error(`${operation.name} never came to ${named(at)}`);
    return outcome;
  }

  return { world, undisturbed, killed };
}

export const named = ({ stage, effect, time }: Boundary): string => `${stage}: ${effect} (${time})`;

const isSame = (a: Boundary, b: Boundary): boolean =>
  a.stage === b.stage && a.effect === b.effect && a.time === b.time;

/** Of what happens more than twice in a stage the first and the last time. */
function firstAndLast(all: readonly Boundary[]): readonly Boundary[] {
  return all.filter(
    ({ stage, effect, time }) =>
      time === 1 ||
      !all.some((other) => other.stage === stage && other.effect === effect && other.time > time),
  );
}

/** A reminder that came too early finds nothing to do. */
const isUnchanged = (before: Outcome, after: Outcome): boolean =>
  differences(before, after).every((line) => !/^(resources|rows: (missing|too much) \["(?!due))/.test(line));

/**
 * What one death may leave that is not so without it:
 * - Who dies while somebody waits for an answer gives none. What was promised as an answer then comes as a message of its own, and
 *   people who ask again are answered, and asked to confirm, again. A reminder that is written before a transaction is one too many
 *   without it, and finds nothing to do.
 * - In Teams nobody can ask whether a message has arrived: one that was sent and not yet marked as sent is sent once more.
 */
export function excused(
  platform: PlatformName,
  { stage, effect }: Boundary,
  found: readonly string[],
): readonly string[] {
  const count = (start: string) => found.filter((line) => line.startsWith(start)).length;
  const but = (pattern: RegExp) => found.filter((line) => !pattern.test(line));
  const more = count("messages: too much");
  const fewer = count("messages: missing");
  if (stage === "front") {
    // In Teams an answer in somebody's own chat is a message like all.
    const isMoved = more <= 1 && fewer <= (platform === "teams" ? 1 : 0);
    const others = isMoved ? but(/^(messages|last)/) : found;
    return others.filter((line) => !excusedInFront.test(line));
  }
  const isRepeat = platform === "teams" && effect.startsWith("teams POST") && effect.endsWith("/activities");
  return isRepeat && more + count("private: too much") === 1 ? but(/^(messages|private): too much/) : found;
}

const excusedInFront =
  /^(private|passing: too much|rows: too much \["due"|audit: too much .*was asked to confirm)/;
