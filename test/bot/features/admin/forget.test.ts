import { expect, test } from "vitest";
import type { Bookmark } from "../../../../bot/core/store.ts";
import { forgetPassing } from "../../../../bot/features/admin/forget.ts";

test.each([
  [
    { table: "state", partition: "one", row: "claim:1" },
    { table: "state", partition: "one", row: "claim:1" },
  ],
  [{ table: "nowhere" }, undefined],
  [undefined, undefined],
])("a pass goes on at a bookmark, and one that can't be read is none: %j", async (noted, from) => {
  const begun: (Bookmark | undefined)[] = [];
  const forget = async (_now: Date, _days: number, at?: Bookmark) => {
    begun.push(at);
    return undefined;
  };
  const clock = { now: () => new Date("2026-11-22T09:00:00.000Z") };
  await forgetPassing({ clock, settings: { auditDays: 90 }, store: { forget } }, noted);
  expect(begun).toEqual([from]);
});
