import { azureLimits } from "../../local/azure/throttling/limits.ts";
import type { Person } from "../../local/discord/people.ts";
import {
  busiestOfNetwork,
  type Counted,
  countOf,
  isThrottled,
  type Ordered,
  orderOf,
  shortest,
  shortestTogether,
} from "./allowed.ts";
import { type ArmCall, type Crowd, openCrowd } from "./crowd.ts";
import { quantile } from "./load.ts";
import { by, type Measure, ratio, table } from "./section.ts";

/** What one does when nobody else is there. */
interface Alone {
  readonly seconds: number;
  readonly calls: Counted;
  readonly order: readonly Ordered[];
}

const [minuteMs, hourMs] = [60_000, 3_600_000];
/** What somebody does on a working day besides the start, and how many hours into it. The same as in the estimate of the costs. */
const habits = [
  { wish: "status", from: 0.5, to: 8, options: {} },
  { wish: "status", from: 0.5, to: 8, options: {} },
  { wish: "connect", from: 0.5, to: 8, options: {} },
  { wish: "open-access", from: 0.5, to: 8, options: { address: "203.0.113.7" } },
  { wish: "stop", from: 8.5, to: 9.5, options: {} },
] as const;
/** So many start in the first quarter of an hour, the others in the four hours after it. */
const early = 0.3;
const operations = ["request", "stop", "start", "status", "connect", "access"];

/**
 * Everybody asks for an instance at once; then a working day of them all. By a virtual clock, in one subscription, the simulator refusing
 * whatever is over Azure's limits.
 */
export const workingDay: Measure = async (_stage, scale) => {
  const count = by(scale, 10, 100, 1000);
  const crowd = await openCrowd(count + 1, { limits: azureLimits });
  const [first, ...people] = crowd.people;
  if (!first) throw new Error("nobody is there");
  crowd.takeCalls();
  const alone: Record<string, Alone> = {};
  for (const wish of ["request", "status", "connect", "open-access", "stop", "start"])
    alone[wish] = await doneAlone(crowd, first, wish);
  const built = await atOnce(crowd, people, alone["request"]);
  await turnOff(crowd, [first, ...people]);
  const day = await dayOf(crowd, people, alone);
  if (crowd.world.errors.length > 0) throw new Error(crowd.world.errors.slice(0, 3).join("\n"));
  const failed = Object.fromEntries(operations.map((name) => [name, crowd.failures(name)]));
  const failures = Object.values(failed).flat();
  await crowd.close();
  const early15 = day.early.length;
  return {
    title: `${count} members in one subscription, on a virtual clock and with Azure's limits`,
    raw: { count, alone, built: counted(built), day: counted(day), failed },
    lines: [
      ...table(
        ["what", "it took", "the limits allow", "ratio", "aim", "calls let through", "refused with 429"],
        [
          row(
            `${count} requests at once, to the last message that says it is done`,
            built.seconds,
            built.allowed,
            built.calls,
          ),
          row(
            `${early15} starts within 15 minutes, to the message that says it is done, p95`,
            quantile(sorted(day.early), 0.95),
            quantile(sorted(day.allowed.slice(0, early15)), 0.95),
            day.calls.filter(({ at }) => at < day.from + 20 * minuteMs),
          ),
          row(
            `a working day: ${day.all.length} starts, to the message that says it is done, p95`,
            quantile(sorted(day.all), 0.95),
            quantile(sorted(day.allowed), 0.95),
            day.calls,
          ),
        ],
      ),
      "",
      `${failures.length} operations failed${failures.length > 0 ? ` (${[...new Set(failures)].join(", ")})` : ""}: no throttling error may reach a person: ${failures.length === 0 ? "met" : "**not met**"}. In the busiest five minutes, calls to the network: ${network(built.calls, day.calls)}.`,
      "",
      onPaper(alone),
    ],
  };
};

/** Thousands of calls are of no use to whoever reads the figures. */
const counted = <T extends { readonly calls: readonly ArmCall[] }>(of: T) => ({
  ...of,
  calls: { ...countOf(of.calls), refused: of.calls.filter(isThrottled).length },
});

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

const row = (what: string, seconds: number, allowed: number, calls: readonly ArmCall[]) => {
  const refused = calls.filter(isThrottled).length;
  return [
    what,
    `${seconds.toFixed(0)} s`,
    `${allowed.toFixed(0)} s`,
    ...ratio(seconds, allowed, 1.15),
    calls.length - refused,
    refused,
  ];
};

function network(...all: readonly (readonly ArmCall[])[]): string {
  const busiest = all.map(busiestOfNetwork);
  const [reads, writes] = [
    Math.max(...busiest.map((of) => of.reads)),
    Math.max(...busiest.map((of) => of.writes)),
  ];
  return `${reads} reads (of 10,000) and ${writes} changes (of 1,000)`;
}

/** When their last message was changed that says this, in milliseconds. */
function saidAt({ world }: Crowd, { id }: Person, title: string, since: number): number | undefined {
  const at = world.discord
    .messagesFor(id)
    .filter(({ embeds }) => (embeds as { title?: string }[])[0]?.title === title)
    .map(({ timestamp, edited_timestamp }) => Date.parse(edited_timestamp ?? timestamp))
    .filter((each) => each >= since);
  return at.length > 0 ? Math.min(...at) : undefined;
}

const ready = "Your OpenClaw is ready";

async function doneAlone(crowd: Crowd, person: Person, wish: string): Promise<Alone> {
  // The buckets are full by then.
  await crowd.run([], crowd.now() + 5 * minuteMs);
  crowd.takeCalls();
  const from = crowd.now();
  await crowd.wishes(person, wish, wish === "open-access" ? { address: "203.0.113.7" } : {});
  await crowd.run();
  const done = saidAt(crowd, person, ready, from) ?? crowd.now();
  const calls = crowd.takeCalls();
  return { seconds: (done - from) / 1000, calls: countOf(calls), order: orderOf(calls, done) };
}

async function atOnce(crowd: Crowd, people: readonly Person[], alone: Alone | undefined) {
  await crowd.run([], crowd.now() + 15 * minuteMs);
  crowd.takeCalls();
  const from = crowd.now();
  for (const person of people) await crowd.wishes(person, "request");
  await crowd.run();
  const done = people.map((person) => saidAt(crowd, person, ready, from) ?? Number.POSITIVE_INFINITY);
  return {
    seconds: (Math.max(...done) - from) / 1000,
    allowed: shortestTogether(people.length, alone?.seconds ?? 0, alone?.order ?? []),
    calls: crowd.takeCalls(),
  };
}

async function turnOff(crowd: Crowd, people: readonly Person[]): Promise<void> {
  const from = crowd.now() + minuteMs;
  await crowd.run(
    people.map((person, i) => ({ at: from + i * 1000, does: () => crowd.wishes(person, "stop") })),
  );
  await crowd.run([], crowd.now() + 15 * minuteMs);
  crowd.takeCalls();
}

/** A day like any other, the same in each run. */
function chance() {
  let last = 1;
  return (from: number, to: number): number => {
    last = (last * 1_103_515_245 + 12_345) % 2_147_483_648;
    return from + (to - from) * (last / 2_147_483_648);
  };
}

async function dayOf(crowd: Crowd, people: readonly Person[], alone: Readonly<Record<string, Alone>>) {
  const from = crowd.now() + minuteMs;
  const between = chance();
  const plans = people.map((person, i) => {
    const isEarly = i < Math.round(early * people.length);
    const startedAt = from + (isEarly ? between(0, 0.25) : between(0.25, 4.25)) * hourMs;
    const later = habits.map(({ wish, from: least, to, options }) => {
      const at = Math.max(startedAt + 5 * minuteMs, from + between(least, to) * hourMs);
      return { person, wish, at, options };
    });
    return { startedAt, wishes: [{ person, wish: "start", at: startedAt, options: {} }, ...later] };
  });
  const all = plans.flatMap(({ wishes }) => wishes).toSorted((a, b) => a.at - b.at);
  await crowd.run(
    all.map(({ person, wish, at, options }) => ({ at, does: () => crowd.wishes(person, wish, options) })),
  );
  await crowd.run([], crowd.now() + 5 * minuteMs);
  const took = plans.map(({ startedAt, wishes: [start] }) => {
    const done = start && saidAt(crowd, start.person, ready, startedAt);
    return done === undefined ? Number.POSITIVE_INFINITY : (done - startedAt) / 1000;
  });
  const allowed = shortest(
    all.map(({ wish, at }) => ({ at, ...(alone[wish] ?? { seconds: 0, calls: countOf([]) }) })),
  );
  const ofStarts = allowed.filter((_, i) => all[i]?.wish === "start");
  return {
    from,
    early: took.slice(0, Math.round(early * people.length)),
    all: took,
    allowed: ofStarts,
    calls: crowd.takeCalls(),
  };
}

/** What ten times as many would ask, from the calls that were counted. */
function onPaper(alone: Readonly<Record<string, Alone>>): string {
  const reads = (wish: string): number => alone[wish]?.calls.reads ?? 0;
  const ofDay = habits.reduce((sum, { wish }) => sum + reads(wish), reads("start"));
  const rush = (300 * reads("start")) / (15 * 60);
  return `On paper, 10,000 members in ten subscriptions: a member's working day takes ${ofDay} reads of Resource Manager, and 300 starts in 15 minutes take ${rush.toFixed(1)} reads a second of each subscription, which replenishes 25 a second.`;
}
