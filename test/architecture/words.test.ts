import { expect, test } from "vitest";
import { sources } from "./sources.ts";

const ours = [...sources].filter(([file]) => /^(bot|functions)\//.test(file));

// The team file's own format has a field with a platform's name.
const naming = [
  "bot/platforms/",
  "bot/app.ts",
  "bot/wiring.ts",
  "bot/config/",
  "bot/features/roster/team.ts",
  "functions/",
];
const ofPlatforms =
  /discord|\bteams\b|bot ?builder|bot ?framework|adaptive ?card|\bguild|snowflake|ephemeral|\bembeds?\b|custom_id|\bmodals?\b/i;

test("only the platforms, what wires them and their settings speak of any platform's own things", () => {
  const others = ours.filter(([file]) => !naming.some((start) => file.startsWith(start)));
  expect(others.filter(([, text]) => ofPlatforms.test(text)).map(([file]) => file)).toEqual([]);
});

test("only the outbox writes down what lies in a partition, and only it and the sweep wake anybody", () => {
  const doing = (what: RegExp) =>
    ours.filter(([file, text]) => !file.startsWith("bot/store/") && what.test(text)).map(([file]) => file);
  expect(doing(/\bcommit\b/)).toEqual(["bot/core/store.ts", "bot/engine/outbox.ts"]);
  expect(doing(/\bqueue\.send\b/)).toEqual(["bot/engine/outbox.ts"]);
  expect(doing(/\baddDue\b/)).toEqual(["bot/core/store.ts", "bot/engine/sweep.ts"]);
});

test("what is pure asks no clock, no chance, no environment and nobody else by itself", () => {
  const impure =
    /new Date\(\)|\bDate\.now\b|\bMath\.random\b|\bperformance\.|\bfetch\b\(|\bprocess\.|\bset(Timeout|Interval)\b/;
  const pure = ours.filter(([file]) => /^bot\/(core|cards|steps)\//.test(file));
  expect(pure.filter(([, text]) => impure.test(text)).map(([file]) => file)).toEqual([]);
});
