import fc from "fast-check";
import { expect, test } from "vitest";
import { plenty, stretched } from "../../../bot/cloud/stretch.ts";

const waits = fc.integer({ min: 0, max: 3600 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const chances = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const paces = fc.constantFrom(1, 5, 20, 1000);
const by = (random: number, pace = 1) => ({ random: () => random, pace });

test("with plenty left a wait is as long as it was, and no chance is taken", () => {
  const never = { random: () => expect.fail("chance"), pace: 1 };
  fc.assert(
    fc.property(waits, fc.double({ min: plenty, max: 1, noNaN: true }), (seconds, left) => {
      expect(stretched(seconds, left, never)).toBe(seconds);
    }),
  );
});

test("it is whole seconds, never shorter, and never longer than a minute of Azure's but where that was wanted", () => {
  fc.assert(
    fc.property(waits, shares, chances, paces, (seconds, left, random, pace) => {
      const wait = stretched(seconds, left, by(random, pace));
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(seconds);
      expect(wait).toBeLessThanOrEqual(Math.max(seconds, 60 / pace));
    }),
  );
});

test("the less is left, the longer it is, by the same chance", () => {
  fc.assert(
    fc.property(waits, shares, shares, chances, (seconds, a, b, random) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      expect(stretched(seconds, less, by(random))).toBeGreaterThanOrEqual(
        stretched(seconds, more, by(random)),
      );
    }),
  );
});

test("a longer wait stays the longer one: all are stretched together", () => {
  fc.assert(
    fc.property(waits, waits, shares, chances, (a, b, left, random) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      expect(stretched(less, left, by(random))).toBeLessThanOrEqual(stretched(more, left, by(random)));
    }),
  );
});

test("what is to go on at once goes on at once", () => {
  fc.assert(
    fc.property(shares, chances, (left, random) => void expect(stretched(0, left, by(random))).toBe(0)),
  );
});

test.for([
  [5, 0.5, 0, 5],
  [5, 0.25, 0.999, 32],
  [5, 0, 0.999, 60],
  // Half of what is added is chance.
  [5, 0, 0, 33],
  [15, 0, 0.999, 60],
  [1, 0, 0.999, 12],
  [60, 0, 0.999, 60],
  [700, 0, 0.999, 700],
] as const)("%i seconds with %f left, by the chance of %f: %i", ([seconds, left, random, expected]) => {
  expect(stretched(seconds, left, by(random))).toBe(expected);
});
