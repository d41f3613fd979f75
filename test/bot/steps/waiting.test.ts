import { expect, test } from "vitest";
import { usualOf } from "../../../bot/steps/usual.ts";
import { firstLook, nextLook } from "../../../bot/steps/waiting.ts";
import { later, settings, view } from "../view.ts";

/** In how many seconds the bot asks Azure again: `seconds` into a phase that usually takes `usual`. */
const asked = (seconds: number, usual?: number, each?: number) =>
  nextLook(
    view("stop", {
      operation: {
        phase: "stopping",
        times: { stopping: later(-seconds) },
        ...(usual === undefined ? {} : { usual: { of: "stop-x", seconds: { stopping: usual } } }),
      },
    }),
    "stopping",
    each,
  );

test.for([
  ["it has started just now", 0, 40, 10],
  ["most failures come early", 4, 40, 6],
  ["it usually ends at 40 seconds: then at 32", 10, 40, 22],
  ["the usual end is near", 33, 40, 5],
  ["it takes somewhat longer", 70, 40, 5],
  ["it takes more than twice as long", 81, 40, 15],
  ["it usually ends before the first look", 10, 8, 5],
] as const)("%s", ([, seconds, usual, expected]) => {
  expect(asked(seconds, usual)).toBe(expected);
});

test("a script is asked no more often than its handler writes", () => {
  expect([asked(33, 40, 15), asked(81, 40, 15)]).toEqual([15, 45]);
});

test("without a team's own times those in the code hold", () => {
  expect(asked(10)).toBe(Math.ceil(0.8 * 40) - 10);
});

test("where Azure is simulated at another speed, all of it is as fast", () => {
  expect(firstLook({ settings: { ...settings, azurePace: 5 } })).toBe(2);
});

test("the middle one of the last times counts, within reason", () => {
  expect(usualOf("stopping", [])).toBe(40);
  expect(usualOf("stopping", [30, 50, 90])).toBe(50);
  expect(usualOf("stopping", [1, 2, 3])).toBe(20);
  expect(usualOf("stopping", [900, 900, 900])).toBe(120);
  expect(usualOf("queued", [5, 5])).toBeUndefined();
});
