import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { appFrom } from "../../../../bot/app.ts";
import { AzureFault, Conflict } from "../../../../bot/core/errors.ts";
import { backups } from "../../../../bot/features/backups/feature.ts";
import type { Parts } from "../../../../bot/parts.ts";
import { listed } from "../../../listed.ts";
import { startWorld, type World } from "../../../world.ts";
import { keyOf } from "../../left.ts";
import { snapshot } from "../../view.ts";

/*
 * A backup for each day, UTC's, at whatever hour it is due and whenever the timer comes. Mia's VM is off, so that a night after
 * the first is over as soon as it is looked at.
 */
let world: World;
let key: string;
const hourMs = 3600_000;
const dayMs = 24 * hourMs;

beforeAll(async () => {
  world = await startWorld();
  const { mia } = world.discord.people;
  await world.enroll(mia);
  await world.client.types(mia, "openclaw request");
  await world.settle();
  await world.client.types(mia, "openclaw stop");
  await world.settle();
  key = keyOf(world, mia);
}, 60_000);
afterEach(() => expect(world.errors).toEqual([]));
afterAll(() => world.close());

const sweepBackups = (parts: Parts) => appFrom({ ...parts, periodic: backups.periodic ?? [] }).sweep();

const locked = { service: "arm", status: 409, code: "ScopeLocked", detail: "a lock", correlation: "c" };

/** Moves on to that moment, in ms since 1970, and does what the timer of that moment does about backups. */
async function lookAt(at: number, backupHour: number, isSettled = true) {
  world.pass((at - world.now().getTime()) / 1000);
  const { parts } = world;
  await sweepBackups({ ...parts, settings: { ...parts.settings, backupHour } });
  if (isSettled) await world.settle();
}

/** When nightly backups have started since then, oldest first, in ms since 1970. */
const begunSince = async (from: number) =>
  (await listed(world.parts.store.audit(new Date(from), world.now())))
    .filter(({ about, what }) => about === key && what === "started the nightly backup")
    .map(({ at }) => Date.parse(at))
    .toSorted((a, b) => a - b);

/** A midnight so far on that nothing of what came before is still due or too fresh to be looked at again. */
async function laterMidnight(backupHour: number): Promise<number> {
  const midnight = Math.ceil(world.now().getTime() / dayMs) * dayMs + 2 * dayMs;
  // What is due until then is made now.
  await lookAt(midnight - 2 * hourMs, backupHour);
  return midnight;
}

describe("where the hour is the last of the day", () => {
  test("a backup that the timer came too late for before midnight is made after it, and counts for the day before", async () => {
    const midnight = await laterMidnight(23);
    await lookAt(midnight - 30 * 60_000 - hourMs - 1000, 23);
    // The hour has gone by between two looks.
    await lookAt(midnight + 1000, 23);
    expect(await begunSince(midnight - hourMs)).toEqual([midnight + 1000]);
    for (let hours = 1; hours < 23; hours += 1) await lookAt(midnight + 2000 + hours * hourMs, 23);
    expect(await begunSince(midnight - hourMs)).toHaveLength(1);
    await lookAt(midnight + 23 * hourMs + 5000, 23);
    expect(await begunSince(midnight - hourMs)).toHaveLength(2);
  });

  test("one that has just started when the next is due ends first", async () => {
    const midnight = await laterMidnight(23);
    await lookAt(midnight + 22 * hourMs, 23, false);
    await lookAt(midnight + 23 * hourMs + 1000, 23, false);
    expect(await begunSince(midnight - hourMs)).toEqual([midnight + 22 * hourMs]);
    await world.settle();
    await lookAt(midnight + 24 * hourMs + 2000, 23);
    expect(await begunSince(midnight - hourMs)).toHaveLength(2);
  });
});

test("nights that nobody swept in are not made up for", async () => {
  const midnight = await laterMidnight(3);
  await lookAt(midnight + 5 * dayMs + 9 * hourMs, 3);
  await lookAt(midnight + 5 * dayMs + 11 * hourMs, 3);
  expect(await begunSince(midnight)).toHaveLength(1);
});

test("one that Azure refused is made an hour later, quietly, and only one a day comes of it", async () => {
  const midnight = await laterMidnight(3);
  const snapshots = () =>
    world.azure
      .resources()
      .filter(
        ({ type, properties }) =>
          type.endsWith("/snapshots") && properties?.["provisioningState"] === "Succeeded",
      ).length;
  await world.client.types(world.discord.people.mia, "openclaw start");
  await world.settle();
  await lookAt(midnight + 2 * hourMs, 3);
  const [before, heard] = [snapshots(), world.client.dms(world.discord.people.mia).length];
  world.azure.faults.set({ kind: "snapshot", times: 2 });
  for (let hour = 3; hour < 24; hour += 1) await lookAt(midnight + hour * hourMs + 5000, 3);
  world.azure.faults.clear();
  expect(await begunSince(midnight)).toEqual([3, 4, 5].map((hour) => midnight + hour * hourMs + 5000));
  expect(snapshots()).toBe(before + 1);
  expect(world.client.dms(world.discord.people.mia)).toHaveLength(heard);
  await world.client.types(world.discord.people.mia, "openclaw stop");
  await world.settle();
});

test("where somebody else's write came first, the next sweep starts the backup, not one an hour later", async () => {
  const midnight = await laterMidnight(3);
  const { parts } = world;
  let refused = false;
  const commit: typeof parts.store.commit = async (partition, changes, dues) => {
    if (!refused && changes.some(({ kind }) => kind === "op")) {
      refused = true;
      throw new Conflict("somebody else was faster");
    }
    return parts.store.commit(partition, changes, dues);
  };
  world.pass((midnight + 3 * hourMs - world.now().getTime()) / 1000);
  const settings = { ...parts.settings, backupHour: 3 };
  await sweepBackups({ ...parts, settings, store: { ...parts.store, commit } });
  expect(refused).toBe(true);
  await lookAt(midnight + 3 * hourMs + 60_000, 3);
  expect(await begunSince(midnight)).toEqual([midnight + 3 * hourMs + 60_000]);
});

test("whose backup of the day is made is read by themselves no more on that day", async () => {
  const midnight = await laterMidnight(3);
  await lookAt(midnight + 3 * hourMs + 1000, 3);
  // The copy of what has changed is made later, and by whoever looks then.
  await lookAt(midnight + 5 * hourMs, 3);
  const read: string[] = [];
  const { parts } = world;
  const hearing = {
    ...parts,
    settings: { ...parts.settings, backupHour: 3 },
    store: {
      ...parts.store,
      person: (of: string) => {
        read.push(of);
        return parts.store.person(of);
      },
      get: ((partition, kind, id) => {
        if (partition === key) read.push(kind);
        return parts.store.get(partition, kind, id);
      }) satisfies typeof parts.store.get,
    },
  };
  world.pass(2 * 3600);
  await sweepBackups(hearing);
  expect(read).toEqual([]);
});

test("admins hear that a leaver's backups are gone when the last of them goes, not while Azure refuses one", async () => {
  const { ada, max } = world.discord.people;
  await world.enroll(max);
  await world.client.removes(ada, { person: max.id });
  await world.settle();
  const { parts } = world;
  const expired = (name: string) =>
    snapshot({ name, tags: { key: keyOf(world, max), kind: "teardown", expires: "2026-01-01T00:00:00Z" } });
  let there = ["a", "b", "c"].map(expired);
  const refused = new Set(["a"]);
  const act: typeof parts.cloud.act = async (_key, _place, action) => {
    if (action.do !== "deleteSnapshot") throw new Error(action.do);
    if (refused.has(action.name)) throw new AzureFault(locked);
    there = there.filter(({ name }) => name !== action.name);
    return undefined;
  };
  const sweep = async () => {
    world.pass(2 * 3600);
    await sweepBackups({ ...parts, cloud: { ...parts.cloud, act, snapshots: async () => there } });
  };
  const told = () =>
    world.client.adminChannel(ada).filter(({ text }) => text.includes("What Max Member leaves in Azure"));
  await sweep();
  expect(there.map(({ name }) => name)).toEqual(["a"]);
  expect(told()).toEqual([]);
  refused.clear();
  await sweep();
  expect(there).toEqual([]);
  expect(told()).toHaveLength(1);
});

/** The timer as it comes: each hour or somewhat later, some hours late, or not for more than a day. In ms between two looks. */
const waits = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: hourMs, max: hourMs + 90_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: hourMs, max: 12 * hourMs }) },
    { weight: 1, arbitrary: fc.integer({ min: dayMs, max: 3 * dayMs }) },
  ),
  { minLength: 16, maxLength: 16 },
);

test.each(fc.sample(waits, { numRuns: 24, seed: 11 }).map((sample, hour) => [hour, sample] as const))(
  "due from %i o'clock, each day has one backup where somebody looked, and none before its hour",
  async (hour, sample) => {
    const start = await laterMidnight(hour);
    const looks: number[] = [];
    for (const wait of sample) {
      looks.push((looks.at(-1) ?? start) + wait);
      await lookAt(looks.at(-1) ?? start, hour);
    }
    // A day's backup is due until the next one's is.
    const dayOf = (at: number) => Math.floor((at - hour * hourMs) / dayMs);
    const first = new Map<number, number>();
    for (const at of looks) first.set(dayOf(at), Math.min(at, first.get(dayOf(at)) ?? at));
    // What was due at the start is made already.
    first.delete(dayOf(start - 2 * hourMs));
    expect(await begunSince(start)).toEqual([...first.values()]);
  },
);
