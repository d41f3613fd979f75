import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { readConfig } from "../../bot/config/config.ts";
import { variables } from "../../bot/config/variables.ts";

const example = z
  .object({ Values: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync("local.settings.example.json", "utf8"))).Values;

test("the bot accepts the example's values", () => {
  const { config, faults } = readConfig(example);
  expect(faults).toEqual([]);
  expect(config).toMatchObject({ discord: { DISCORD_GUILD_ID: example["DISCORD_GUILD_ID"] } });
});

test("the example shows every setting that the bot reads, and no other", () => {
  // Read by the Functions host, not by the bot.
  const ofTheHost = ["FUNCTIONS_WORKER_RUNTIME"];
  expect(new Set(Object.keys(example))).toEqual(new Set([...Object.keys(variables), ...ofTheHost]));
});
