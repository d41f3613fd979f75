import { expect, test } from "vitest";
import type { Fault } from "../../../bot/core/errors.ts";
import type { Settings } from "../../../bot/core/settings.ts";
import { doAfter, sweep } from "../../../bot/engine/sweep.ts";
import type { Parts, Periodic } from "../../../bot/parts.ts";
import { settings } from "../view.ts";

/** A sweep that has one thing to do from time to time, and a table that remembers what was noted, as JSON. */
function world(runs: (() => unknown)[], basis?: Periodic["basis"]) {
  let now = new Date("2026-11-22T09:00:00.000Z");
  let holds: Settings = settings;
  const noted = new Map<string, { value: unknown; at: string }>();
  const begun: unknown[] = [];
  const errors: unknown[] = [];
  const it: Periodic = {
    name: "it",
    everyMs: 3600_000,
    after: { refusal: "Full", from: "there" },
    ...(basis && { basis }),
    run: async (_, from) => {
      begun.push(from);
      return runs.shift()?.();
    },
  };
  const store = {
    cached: async (name: string) => noted.get(name),
    cache: async (name: string, value: unknown, at: Date) => {
      noted.set(name, { value: JSON.parse(JSON.stringify(value)), at: at.toISOString() });
    },
    dueBy: async function* () {},
  };
  const parts = () =>
    ({
      clock: { now: () => now },
      wait: () => new Promise<void>(() => undefined),
      log: { info: () => undefined, error: (what: string) => errors.push(what) },
      settings: holds,
      periodic: [it],
      store,
    }) as unknown as Parts;
  return {
    begun,
    errors,
    noted,
    parts,
    set: (change: Partial<Settings>) => {
      holds = { ...settings, ...change };
    },
    sweep: async (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000);
      await sweep(parts());
    },
  };
}

test("what is through is done again when its time has come, and not before", async () => {
  const { begun, sweep } = world([]);
  for (const minutes of [0, 1, 58]) await sweep(minutes);
  expect(begun).toHaveLength(1);
  await sweep(1);
  expect(begun).toHaveLength(2);
});

test("what is not through goes on with the next sweep, where it left off", async () => {
  const { begun, sweep } = world([() => ({ row: 1 }), () => ({ row: 2 }), () => undefined]);
  for (let i = 0; i < 5; i += 1) await sweep(1);
  expect(begun).toEqual([undefined, { row: 1 }, { row: 2 }]);
});

test("what fails is tried again by the next sweep, from where it was", async () => {
  const fails = () => {
    throw new Error("no");
  };
  const { begun, errors, sweep } = world([() => "half", fails, () => undefined]);
  for (let i = 0; i < 4; i += 1) await sweep(1);
  expect(begun).toEqual([undefined, "half", "half"]);
  expect(errors).toEqual(["the sweep could not look at it"]);
});

test("what depends on a setting is done at once when that is another, taken back too", async () => {
  const { begun, sweep, set } = world([], ({ keepDays }) => `${keepDays}`);
  await sweep(0);
  set({ backupDays: 3 });
  await sweep(1);
  expect(begun).toHaveLength(1);
  set({ keepDays: 3 });
  await sweep(1);
  await sweep(1);
  expect(begun).toHaveLength(2);
  set({});
  await sweep(1);
  expect(begun).toHaveLength(3);
});

test("a note that can't be read is none", async () => {
  const { begun, noted, sweep } = world([]);
  await sweep(0);
  noted.set("it", { value: "what is this", at: "never" });
  await sweep(1);
  expect(begun).toHaveLength(2);
});

const refused = (code: string): Fault => ({ code, detail: "no", correlation: "" });

test("what makes room is done soon after Azure has refused for want of it, and after no other refusal", async () => {
  const { begun, sweep, parts } = world([]);
  await sweep(0);
  await doAfter(refused("Busy"), parts());
  await sweep(1);
  expect(begun).toEqual([undefined]);
  await doAfter(refused("Full"), parts());
  await sweep(1);
  await sweep(1);
  expect(begun).toEqual([undefined, "there"]);
});

test("who wants it while it is done has it done once more", async () => {
  const wishes: (() => Promise<void>)[] = [];
  const { begun, sweep, parts } = world([() => wishes.pop()?.()]);
  wishes.push(() => doAfter(refused("Full"), parts()));
  await sweep(0);
  await sweep(1);
  await sweep(1);
  expect(begun).toEqual([undefined, "there"]);
});

test("where a setting is another, all of it is done, also of what was not through", async () => {
  const { begun, sweep, set } = world([() => ["left"], () => undefined], ({ keepDays }) => `${keepDays}`);
  await sweep(0);
  set({ keepDays: 3 });
  await sweep(1);
  await sweep(1);
  expect(begun).toEqual([undefined, undefined]);
});
