import fc from "fast-check";
import { expect, test } from "vitest";
import type { SnapshotTruth } from "../../../bot/core/cloud.ts";
import { dayDue, dayDueBefore, doomed, nightlyBeyond } from "../../../bot/steps/backups.ts";
import { snapshot } from "../view.ts";

const now = new Date("2026-11-25T12:00:00Z");
const days = (count: number) => new Date(now.getTime() + count * 24 * 3600_000).toISOString();
/** So many days old, and gone in so many. */
const made = (name: string, kind: string, age: number, left: number, change: Partial<SnapshotTruth> = {}) =>
  snapshot({ name, createdAt: days(-age), tags: { kind, expires: days(left) }, ...change });
const gone = (snapshots: readonly SnapshotTruth[], hasInstance = false, keep = 2) =>
  doomed(snapshots, { now, keep, hasInstance }).map(({ name }) => name);

test("a snapshot goes when its time is over", () => {
  expect(gone([made("a", "manual", 1, 1), made("b", "teardown", 2, -1)])).toEqual(["b"]);
});

test("the last that could bring a disk back stays while its owner has an instance", () => {
  const half = made("half", "manual", 1, -1, { complete: false });
  const snapshots = [half, made("a", "nightly", 40, -10), made("b", "nightly", 41, -11)];
  expect(gone(snapshots, true)).toEqual(["half", "b"]);
  expect(gone(snapshots)).toEqual(["half", "a", "b"]);
});

test("as many nightly ones are kept as the policy says, whatever else there is", () => {
  const snapshots = [
    made("manual", "manual", 0, 9),
    ...[1, 2, 3].map((age) => made(`night ${age}`, "nightly", age, 9)),
  ];
  expect(gone(snapshots)).toEqual(["night 3"]);
});

test("how many nightly ones would go of each member, if fewer were kept", () => {
  const of = (key: string, age: number) =>
    made(`${key} ${age}`, "nightly", age, 9, { tags: { kind: "nightly", key } });
  const all = [of("a", 1), of("a", 2), of("a", 3), of("b", 1), made("manual", "manual", 1, 9)];
  expect([0, 1, 2, 3].map((keep) => nightlyBeyond(all, keep))).toEqual([4, 2, 1, 0]);
});

test("one that failed goes a day later, and one without a date is left alone", () => {
  const failed = { failed: true, complete: false };
  expect(gone([made("new", "manual", 0.5, 9, failed), made("old", "manual", 1.5, 9, failed)])).toEqual([
    "old",
  ]);
  expect(gone([snapshot({ tags: {} })])).toEqual([]);
});

const dayMs = 24 * 3600_000;
const hours = fc.integer({ min: 0, max: 23 });
const moments = fc.date({ min: new Date("2026-01-01"), max: new Date("2036-01-01"), noInvalidDate: true });

test("at every hour a day's backup is due from that hour until the next day's is", () => {
  fc.assert(
    fc.property(hours, moments, (backupHour, at) => {
      const day = dayDue(at, { backupHour });
      const sinceDue = at.getTime() - (Date.parse(day) + backupHour * 3600_000);
      expect(sinceDue).toBeGreaterThanOrEqual(0);
      expect(sinceDue).toBeLessThan(dayMs);
      expect(Date.parse(day) - Date.parse(dayDueBefore(at, { backupHour }))).toBe(dayMs);
    }),
  );
});

test("a timer that comes late, or not for days, finds each day that it comes in once, and never two at a time", () => {
  const waits = fc.array(fc.integer({ min: 1, max: 50 * 3600_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(hours, moments, waits, (backupHour, start, gaps) => {
      const begun: string[] = [];
      let at = start.getTime();
      for (const gap of gaps) {
        at += gap;
        const day = dayDue(new Date(at), { backupHour });
        if (!begun.includes(day)) begun.push(day);
        // Late or not, it is the newest: none of an earlier day follows.
        expect(begun.at(-1)).toBe(day);
      }
      const [first = "", last = ""] = [begun[0], begun.at(-1)];
      expect(begun.length).toBeLessThanOrEqual((Date.parse(last) - Date.parse(first)) / dayMs + 1);
    }),
  );
});
