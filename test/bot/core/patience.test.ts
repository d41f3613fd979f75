import { expect, test } from "vitest";
import { deadlines } from "../../../bot/core/platform.ts";

const at = (milliseconds: number) => new Date(Date.parse("2026-11-22T09:00:00Z") + milliseconds);
const patience = { answer: 2200, least: 300, word: 2500 };

test.for([
  ["it arrives at once", 0, 0, 2200, 2500],
  ["it was 1.5 s on its way", 0, 1500, 2200, 2500],
  ["it was so long on its way that little is left", 0, 2000, 2300, 2500],
  ["it arrives when it is too late already", 0, 4000, 4300, 4300],
  ["the platform's clock is ahead", 5000, 0, 2200, 2500],
] as const)("%s", ([, since, arrived, answerBy, wordBy]) => {
  expect(deadlines({ ...patience, since: at(since) }, at(arrived))).toEqual({
    answerBy: at(answerBy),
    wordBy: at(wordBy),
  });
});

test("without a time of the platform's own it counts from the arrival", () => {
  expect(deadlines(patience, at(7000))).toEqual({ answerBy: at(9200), wordBy: at(9500) });
});
