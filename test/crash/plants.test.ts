import { expect, test } from "vitest";
import { deathCases, failuresOf, twoWorkersCases } from "./cases.ts";
import type { PlatformName } from "./front.ts";
import { operationNamed } from "./operations.ts";
import { differences } from "./oracle.ts";
import { marksBeforeItSends, trustsItsRecord, withoutVersions } from "./plants.ts";
import { openRuns } from "./runs.ts";

/** Whether a death or a second worker shows what is wrong: each of these ends well without one. */
const about = async (name: string, platform: PlatformName, alter?: Parameters<typeof openRuns>[0]) => ({
  runs: await openRuns(alter),
  operation: operationNamed(name),
  platform,
});

test("messages that come in another order are told apart, and not what others see elsewhere", () => {
  const none = { resources: [], rows: [], audit: [], index: [], passing: [], private: [], errors: [] };
  const [first, second, elsewhere] = ["here, all: first", "here, all: second", "there, all: first"];
  const seen = (...messages: string[]) => ({ ...none, messages });
  const expected = seen(first, second, elsewhere);
  expect(differences(expected, seen(elsewhere, first, second))).toEqual([]);
  expect(differences(expected, seen(second, first, elsewhere))).toEqual([
    `order: ${second} comes before ${first}`,
  ]);
  expect(differences(expected, seen(second, elsewhere, second))).toEqual([
    `messages: missing ${first}`,
    `messages: too much ${second}`,
  ]);
});

test("a message that is marked before it is sent is missed", async () => {
  const cases = await deathCases(await about("open access by link", "discord", marksBeforeItSends));
  const failures = await failuresOf(
    cases.filter(({ name }) => name.includes("after delivery: rows delivery")),
  );
  // It asks whether an address may be opened.
  expect(failures.join("\n")).toContain("Mia Member sees no button “Yes, open it”");
});

test("a home disk that is deleted before its snapshot was looked at is missed", async () => {
  const cases = await deathCases(await about("teardown", "discord", trustsItsRecord()));
  const failures = await failuresOf(
    cases.filter(({ name }) => name.includes("after teardown, stopping: rows delivery")),
  );
  expect(failures.join("\n")).toMatch(/resources: missing .*\/snapshots\//);
});

test("without versions of rows the work of two workers is mixed up", async () => {
  const cases = await twoWorkersCases(await about("backup", "teams"), withoutVersions);
  const failures = await failuresOf(cases.filter(({ name }) => name.includes("before call: rows delivery")));
  // Both have sent the same message.
  expect(failures.join("\n")).toContain("messages: too much");
});
