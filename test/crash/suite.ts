import { afterAll, describe, expect, test } from "vitest";
import {
  type About,
  behaviourCases,
  type Case,
  deathCases,
  pairCases,
  resultOf,
  storageCases,
  twoWorkersCases,
} from "./cases.ts";
import type { PlatformName } from "./front.ts";
import { type Operation, operations } from "./operations.ts";
import { type Entry, kinds, resultsIn } from "./results.ts";
import { openRuns, type Runs } from "./runs.ts";
import { tableInDocs } from "./table.ts";

/** The whole, which takes an hour and goes on where it was cut off: what came out well with the same code is in this file. */
const isLong = process.env["CRASH_LONG"] === "1";
const resultsFile = process.env["CRASH_RESULTS"] ?? ".local/crash.jsonl";

/** Killed after each kind of effect in every run of the suite, on Discord. */
const inFull = ["request", "teardown", "backup", "roster add", "stop"];
/** And these with two deaths anywhere. */
const pairs = ["request", "teardown", "backup", "roster add"];
const seeds = Array.from({ length: 200 }, (_none, index) => index + 1);

type Cases = (about: About) => Promise<readonly Case[]>;

/** One in so many of them, starting at another one for each operation; all of them where it is the whole. */
const some = (cases: readonly Case[], every: number, first: number): readonly Case[] =>
  cases.filter((_case, index) => isLong || index % every === first % every);

export function crashSuite(platform: PlatformName): void {
  let opened: Promise<Runs> | undefined;
  const open = () => {
    opened ??= openRuns();
    return opened;
  };
  const results = isLong ? resultsIn(resultsFile) : undefined;
  const found: string[] = [];
  const done: Pick<Entry, "kind" | "came">[] = [];

  /** Runs what has not come out well before. */
  async function expectNone(
    about: Omit<About, "runs">,
    kind: Entry["kind"],
    cases: Cases,
    every: number,
  ): Promise<void> {
    const { operation } = about;
    const all = await cases({ ...about, runs: await open() });
    const failures: string[] = [];
    for (const { name, run } of some(all, every, operations.indexOf(operation))) {
      const key = { platform, operation: operation.name, kind, name };
      if (results?.isDone(key)) continue;
      const start = performance.now();
      const { hasCome, faults } = await resultOf(run);
      if (faults.length > 0) failures.push([name, ...faults].join("\n    "));
      const came = faults.length > 0 ? "failed" : hasCome ? "well" : "idle";
      done.push({ kind, came });
      results?.add({ ...key, came, seconds: Math.round(performance.now() - start) / 1000 });
    }
    expect(failures).toEqual([]);
  }

  const mine = operations.filter(
    (operation, index) =>
      isLong ||
      (inFull.includes(operation.name)
        ? platform === "discord"
        : (index % 2 === 0) === (platform === "discord")),
  );
  const everyFifth = ({ name }: Operation): number => (inFull.includes(name) ? 1 : 5);

  test.for(mine)("$name does its work, at no fewer boundaries than the table says", async (operation) => {
    const { effects, outcome } = await (await open()).undisturbed(operation, platform);
    expect(Object.values(outcome).flat().join("\n")).toContain(operation.shows);
    expect(outcome.errors).toEqual([]);
    found.push(`| ${operation.name} | ${effects.length} |`);
    expect(effects.length).toBeGreaterThanOrEqual(tableInDocs(operation.name, platform));
  });

  describe("a death after an effect leaves nothing behind and loses nothing", () => {
    test.for(mine)("$name", (operation) =>
      expectNone({ operation, platform }, "one death", deathCases, everyFifth(operation)),
    );
  });

  const inPairs = mine.filter(({ name }) => pairs.includes(name));
  // By turns there is none on some platform.
  if (inPairs.length > 0)
    describe("so do two deaths", () => {
      test.for(inPairs)("$name", (operation) =>
        expectNone({ operation, platform }, "two deaths", (about) => pairCases(about, seeds), 50),
      );
    });

  describe("a storage that fails for a moment is waited out", () => {
    test.for(mine)("$name", (operation) => expectNone({ operation, platform }, "storage", storageCases, 40));
  });

  describe("two workers with the same work do it once", () => {
    test.for(mine)("$name", (operation) =>
      expectNone({ operation, platform }, "two workers", twoWorkersCases, 10),
    );
  });

  describe("messages and calls that are doubled, late, reordered or lost do no harm", () => {
    test.for(mine)("$name", (operation) =>
      expectNone({ operation, platform }, "misbehaviour", behaviourCases, 5),
    );
  });

  afterAll(() => {
    const range = `${seeds[0]} to ${seeds.at(-1)}`;
    results?.report(range);
    const counts = kinds.map((kind) => {
      const those = done.filter((each) => each.kind === kind);
      return `${kind} ${those.length} (it never came to ${those.filter(({ came }) => came === "idle").length})`;
    });
    process.stdout.write(
      `On ${platform}, runs: ${counts.join(", ")}${isLong ? `, pairs by the seeds ${range}; ${resultsFile}.md has the whole` : ""}. State boundaries:\n${found.join("\n")}\n`,
    );
  });
}
