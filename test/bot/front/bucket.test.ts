import { expect, test } from "vitest";
import { isFull, taken } from "../../../bot/front/limits.ts";

const rate = { atOnce: 3, perSecond: 0.5 };
const start = new Date("2026-11-22T09:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
/** Takes one at each of these seconds; answers with what each has to wait for. */
const waits = (...seconds: readonly number[]) => {
  let bucket: ReturnType<typeof taken>["bucket"] | undefined;
  return seconds.map((second) => {
    const found = taken(bucket, rate, after(second));
    bucket = found.bucket;
    return found.waitSeconds;
  });
};

test.for([
  ["so many at once", [0, 0, 0], [0, 0, 0]],
  ["not one more, and who is refused takes none", [0, 0, 0, 0, 0], [0, 0, 0, 2, 2]],
  ["part of the wait", [0, 0, 0, 1.5], [0, 0, 0, 1]],
  ["one more after the wait", [0, 0, 0, 0, 2, 2], [0, 0, 0, 2, 0, 2]],
  ["no more than that after a long time", [0, 0, 0, 9999, 9999, 9999, 9999], [0, 0, 0, 0, 0, 0, 2]],
  ["none for a clock that goes back", [10, 10, 10, 0], [0, 0, 0, 2]],
] as const)("%s", ([, seconds, expected]) => expect(waits(...seconds)).toEqual(expected));

test("it is full again when all was filled in", () => {
  const { bucket } = taken(undefined, rate, start);
  expect(isFull(bucket, rate, after(1.9))).toBe(false);
  expect(isFull(bucket, rate, after(2))).toBe(true);
});
