import { expect, test } from "vitest";
import { bulkLimit, nextOfBulk, obstacle, stateAfter } from "../../../bot/batch/bulkProgress.ts";
import { type Bulk, type BulkState, bulkStates } from "../../../bot/core/bulk.ts";
import type { Instance } from "../../../bot/core/instance.ts";
import type { OperationName } from "../../../bot/core/operation.ts";
import { operations } from "../../../bot/features/index.ts";
import { rows } from "../store/rows.ts";
import { later, view } from "../view.ts";

const letters = ["a", "b", "c", "d", "e", "f"];
const bulk = (states: readonly BulkState[], more: Partial<Bulk> = {}): Bulk => ({
  ...rows.bulk,
  atOnce: 2,
  firstAlone: false,
  stopOnFailure: false,
  halted: undefined,
  items: states.map((state, i) => [letters[i] ?? "", state]),
  listedAt: later(0),
  ...more,
});

const carefully = { firstAlone: true, stopOnFailure: true };
type Seen = Readonly<Record<string, BulkState>>;

test.for<[string, BulkState[], Partial<Bulk>, Seen, BulkState[] | "ended"]>([
  ["as many start as may run", ["waiting", "waiting", "waiting"], {}, {}, ["running", "running", "waiting"]],
  ["nothing has ended", ["running", "running", "waiting"], {}, {}, ["running", "running", "waiting"]],
  [
    "one is done, and the next starts",
    ["running", "running", "waiting"],
    {},
    { b: "done" },
    ["running", "done", "running"],
  ],
  [
    "one has failed, which stops nobody",
    ["running", "running", "waiting"],
    {},
    { a: "failed" },
    ["failed", "running", "running"],
  ],
  [
    "one was passed over, and its place is free",
    ["running", "running", "waiting", "waiting"],
    {},
    { a: "busy", b: "left" },
    ["busy", "left", "running", "running"],
  ],
  ["the first is alone", ["waiting", "waiting", "waiting"], carefully, {}, ["running", "waiting", "waiting"]],
  [
    "the first is done, and the others follow",
    ["running", "waiting", "waiting", "waiting"],
    carefully,
    { a: "done" },
    ["done", "running", "running", "waiting"],
  ],
  [
    "the first was passed over, and proves nothing",
    ["running", "waiting", "waiting"],
    carefully,
    { a: "busy" },
    ["busy", "running", "waiting"],
  ],
  [
    "the first does not run, and proves nothing",
    ["running", "waiting", "waiting"],
    carefully,
    { a: "off" },
    ["off", "running", "waiting"],
  ],
  ["the first has failed, and that is the end", ["running", "waiting"], carefully, { a: "failed" }, "ended"],
  [
    "one of a wave has failed: what runs goes on, nothing starts",
    ["done", "running", "running", "waiting"],
    carefully,
    { b: "failed" },
    ["done", "failed", "running", "held"],
  ],
  [
    "the first has failed, and failure stops nobody",
    ["running", "waiting", "waiting"],
    { firstAlone: true },
    { a: "failed" },
    ["failed", "running", "running"],
  ],
  [
    "something else took the place of one: no failure",
    ["done", "running", "waiting"],
    carefully,
    { b: "superseded" },
    ["done", "superseded", "running"],
  ],
  ["somebody has halted it", ["running", "waiting"], { halted: true }, {}, ["running", "held"]],
  ["somebody has halted it, and all is over", ["running", "held"], { halted: true }, { a: "done" }, "ended"],
  ["the last is done", ["done", "running"], {}, { b: "done" }, "ended"],
  ["what is over is not looked at again", ["done", "failed"], {}, { a: "running" }, "ended"],
])("%s", ([, states, more, seen, expected]) => {
  const next = nextOfBulk(bulk(states, more), new Map(Object.entries(seen)));
  if (expected === "ended") expect(next.status).toBe("ended");
  else {
    expect(next.items.map(([, state]) => state)).toEqual(expected);
    expect(next.status).toBe("running");
  }
});

test("never more at once than allowed, and each started once, whatever ends when", () => {
  for (let seed = 1; seed < 200; seed += 1) {
    let now = bulk(
      letters.map(() => "waiting"),
      { atOnce: 1 + (seed % 3), firstAlone: seed % 2 === 0 },
    );
    const begun: string[] = [];
    for (let look = 0; now.status !== "ended" && look < 100; look += 1) {
      const running = now.items.flatMap(([member, state]) => (state === "running" ? [member] : []));
      const ends = running.filter((_, i) => (seed * 7 + look * 13 + i * 5) % 3 === 0);
      const next = nextOfBulk(now, new Map(ends.map((member) => [member, "done"])));
      const after = next.items.flatMap(([member, state]) => (state === "running" ? [member] : []));
      begun.push(...after.filter((member) => !running.includes(member)));
      expect(after.length).toBeLessThanOrEqual(now.atOnce);
      now = { ...now, ...next };
    }
    expect(begun).toEqual(letters);
    expect(now.status).toBe("ended");
  }
});

const ready: Partial<Instance> = { state: "ready", generation: "g" };
test.for<[string, OperationName, Partial<Instance>, string | undefined, string, BulkState | undefined]>([
  ["all is well", "stop", ready, later(-60), "active", undefined],
  ["there is no instance", "stop", {}, undefined, "active", "none"],
  ["something else is under way", "stop", { ...ready, operation: "x" }, later(-60), "active", "busy"],
  ["it was built after the list was shown", "teardown", ready, later(1), "active", "newer"],
  ["it is broken", "start", { ...ready, state: "broken" }, later(-60), "active", "broken"],
  [
    "it is broken and will be torn down",
    "teardown",
    { ...ready, state: "broken" },
    later(-60),
    "active",
    undefined,
  ],
  ["its owner has left", "stop", ready, later(-60), "left", "left"],
  ["its owner has left and it will be torn down", "teardown", ready, later(-60), "left", undefined],
  ["nobody knows when it was built", "stop", ready, undefined, "active", undefined],
])("%s: %s", ([, name, given, bornAt, status, expected]) => {
  const { member, instance } = view(name, { instance: given });
  const who = { ...member, status: status === "left" ? ("left" as const) : ("active" as const) };
  expect(obstacle(bulk([]), operations[name], who, instance, bornAt)).toBe(expected);
});

test("a row of Azure Tables holds as many members as one bulk may be about", () => {
  const longest = bulkStates.toSorted((a, b) => b.length - a.length)[0] ?? "done";
  const items = Array.from({ length: bulkLimit }, () => ["a".repeat(10), longest] as const);
  expect(JSON.stringify(bulk([], { items })).length).toBeLessThan(32_768);
});

test("an operation that found the VM off has done nothing, though it ended well", () => {
  expect(stateAfter({ status: "succeeded", notes: {} })).toBe("done");
  expect(stateAfter({ status: "succeeded", notes: { off: "yes" } })).toBe("off");
  expect(stateAfter({ status: "failed", notes: { off: "yes" } })).toBe("failed");
});
