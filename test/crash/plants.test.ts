import { expect, test } from "vitest";
import type { Parts } from "../../bot/parts.ts";
import { deathCases, failuresOf, twoWorkersCases } from "./cases.ts";
import { type PlatformName, platforms } from "./front.ts";
import { operationNamed } from "./operations.ts";
import { differences, whatThereIs } from "./oracle.ts";
import { marksBeforeItSends, spoilsLastCards, trustsItsRecord, withoutVersions } from "./plants.ts";
import { openRuns } from "./runs.ts";

/** Whether a death or a second worker shows what is wrong: each of these ends well without one. */
const about = async (name: string, platform: PlatformName, alter?: Parameters<typeof openRuns>[0]) => ({
  runs: await openRuns(alter),
  operation: operationNamed(name),
  platform,
});

test("messages that come in another order are told apart, and not what others see elsewhere", () => {
  const none = {
    resources: [],
    rows: [],
    audit: [],
    index: [],
    passing: [],
    private: [],
    shared: [],
    errors: [],
  };
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

test.for(platforms)(
  "a last card that is spoilt after the front has died is missed on %s",
  async (platform) => {
    const deaths = { count: () => 0 };
    const { shows } = operationNamed("backup");
    const found = await about(
      "backup",
      platform,
      spoilsLastCards(shows, () => deaths.count() > 0),
    );
    const cases = await deathCases(found);
    deaths.count = found.runs.world.deaths;
    const inFront = cases.filter(({ name }) => name.includes("after front: "));
    expect(inFront.length).toBeGreaterThanOrEqual(3);
    // The first death of all starts it; from then on nothing that people wait for is right.
    for (const each of inFront) {
      expect((await failuresOf([each])).join("\n"), each.name).toMatch(/^ +(messages|private): /m);
    }
  },
);

test("two deliveries of one answer are seen among the rows", async () => {
  const stores: Parts["store"][] = [];
  const { runs, operation, platform } = await about("doctor", "discord", (parts) => {
    stores.push(parts.store);
    return parts;
  });
  expect((await runs.undisturbed(operation, platform)).outcome.shared).toEqual([]);
  const row = runs.world.storage.rows().findLast(({ row: key }) => key.startsWith("delivery:"));
  const [store, key] = [stores.at(-1), row?.partition];
  const id = row?.row.slice("delivery:".length) ?? "";
  const first = key === undefined ? undefined : await store?.get(key, "delivery", id);
  const value = first?.value ?? expect.fail("it is answered");
  await store?.commit(key ?? "", [{ kind: "delivery", id: "second", value: { ...value, id: "second" } }]);
  expect(whatThereIs(runs.world).shared).toHaveLength(1);
});
