import { expect, test } from "vitest";
import { deathCases, failuresOf, twoWorkersCases } from "./cases.ts";
import type { PlatformName } from "./front.ts";
import { operationNamed } from "./operations.ts";
import { marksBeforeItSends, trustsItsRecord, withoutVersions } from "./plants.ts";
import { openRuns } from "./runs.ts";

/** Whether a death or a second worker shows what is wrong: each of these ends well without one. */
const about = async (name: string, platform: PlatformName, alter?: Parameters<typeof openRuns>[0]) => ({
  runs: await openRuns(alter),
  operation: operationNamed(name),
  platform,
});

test("a message that is marked before it is sent is missed", async () => {
  const cases = await deathCases(await about("stop", "discord", marksBeforeItSends));
  const failures = await failuresOf(cases);
  expect(failures.filter((text) => text.includes("messages: missing"))).not.toEqual([]);
});

test("a home disk that is deleted before its snapshot was looked at is missed", async () => {
  const cases = await deathCases(await about("teardown", "discord", trustsItsRecord()));
  const failures = await failuresOf(cases.filter(({ name }) => /teardown, (stopping|snapshot)/.test(name)));
  expect(failures.filter((text) => /resources: missing .*\/snapshots\//.test(text))).not.toEqual([]);
});

test("without versions of rows the work of two workers is mixed up", async () => {
  const cases = await twoWorkersCases(await about("stop", "teams"), withoutVersions);
  expect(await failuresOf(cases)).not.toEqual([]);
});
