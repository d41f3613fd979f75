import { expect, test } from "vitest";
import type { Bookmark } from "../../../../bot/core/store.ts";
import { forgetPassing } from "../../../../bot/features/admin/forget.ts";

/** Once a day a pass over all rows begins, and each sweep goes on with it until it is through. */
function world(halts: (Bookmark | undefined)[]) {
  let now = new Date("2026-11-22T09:00:00.000Z");
  let cached: { value: unknown; at: string } | undefined;
  const begun: (Bookmark | undefined)[] = [];
  const parts = {
    clock: { now: () => now },
    settings: { auditDays: 90 },
    store: {
      cached: async () => cached && { ...cached, value: JSON.parse(JSON.stringify(cached.value)) as unknown },
      cache: async (_name: string, value: unknown, at: Date) => {
        cached = { value, at: at.toISOString() };
      },
      forget: async (_now: Date, _days: number, from?: Bookmark) => {
        begun.push(from);
        return halts.shift();
      },
    },
  };
  return {
    begun,
    sweep: async (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000);
      await forgetPassing(parts);
    },
  };
}
const halt: Bookmark = { table: "state", partition: "one", row: "claim:1" };

test("a pass that is not through goes on with the next sweep, and the next one begins a day later", async () => {
  const { begun, sweep } = world([halt, halt, undefined]);
  for (let i = 0; i < 5; i += 1) await sweep(1);
  expect(begun).toEqual([undefined, halt, halt]);
  await sweep(24 * 60 - 3);
  expect(begun).toHaveLength(3);
  await sweep(1);
  expect(begun).toEqual([undefined, halt, halt, undefined]);
});

test("a bookmark that can't be read is none", async () => {
  const { begun, sweep } = world([{ table: "nowhere" } as unknown as Bookmark]);
  await sweep(1);
  await sweep(24 * 60);
  expect(begun).toEqual([undefined, undefined]);
});
