import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { variables } from "../../bot/config/variables.ts";
import { type PolicySettings, policySettings } from "../../bot/core/policySettings.ts";
import { plan } from "../../local/azure/template/evaluate.ts";
import type { Schema } from "../../local/azure/template/parameters.ts";
import { groupScope } from "./referee.ts";

/*
 * What a new number or choice needs outside bot/. Each failure names what is missing, and where; after a change of main.bicep: npm run bicep
 */

const text = (file: string) => readFileSync(file, "utf8");
const template = JSON.parse(text("infra/main.json")) as Record<string, unknown> & {
  readonly parameters: Readonly<Record<string, Schema>>;
};
const example = z
  .object({ Values: z.record(z.string(), z.string()) })
  .parse(JSON.parse(text("local.settings.example.json"))).Values;
const abouts = new Map(
  Object.values(policySettings).map(({ variable, about }) => [variable as string, about as string]),
);

/** Such as accessHours of ACCESS_HOURS. */
const parameterOf = (variable: string) =>
  variable.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

interface Known {
  readonly variable: string;
  readonly usual: string;
  readonly range?: readonly [least: number | null, most: number | null];
  readonly choices?: readonly unknown[];
}

/** Every number and choice of the environment. What is on or off is a bool in a deployment, and so no choice. */
const settings = Object.entries(variables).flatMap(([variable, schema]): readonly Known[] => {
  if (!(schema instanceof z.ZodDefault)) return [];
  const usual = `${schema.def.defaultValue}`;
  const inner = schema.unwrap();
  if (inner instanceof z.ZodNumber) return [{ variable, usual, range: [inner.minValue, inner.maxValue] }];
  return inner instanceof z.ZodEnum && usual !== "on" && usual !== "off"
    ? [{ variable, usual, choices: inner.options }]
    : [];
});
const named = settings.map((setting) => [parameterOf(setting.variable), setting] as const);

test("every setting that admins may change in chat is among them, by the name that it has in the code", () => {
  const names = Object.keys(policySettings) as (keyof PolicySettings)[];
  expect(names.map((name) => [name, policySettings[name].variable])).toEqual(
    names.map((name) => [name, named.find(([parameter]) => parameter === name)?.[1].variable]),
  );
});

/** As main.bicep may have it. */
const declaration = (name: string, { variable, range, choices = [] }: Known) =>
  [
    `@description('${(abouts.get(variable) ?? "…").replaceAll("'", "\\'")}.')`,
    ...(range
      ? [`@minValue(${range[0]})`, `@maxValue(${range[1]})`, `param ${name} int?`]
      : [`@allowed([${choices.map((choice) => `'${choice}'`).join(", ")}])`, `param ${name} string?`]),
  ].join("\n");

test.each(named)("%s is a parameter of the deployment, as wide as the bot takes it", (name, setting) => {
  const { minValue, maxValue, allowedValues, defaultValue, nullable } = template.parameters[name] ?? {};
  const says = `main.bicep needs:\n${declaration(name, setting)}\n`;
  const [least, most] = setting.range ?? [];
  expect([minValue, maxValue, allowedValues], says).toEqual([least, most, setting.choices]);
  // What is not said must be what the bot does without.
  expect(nullable === true || `${defaultValue}` === setting.usual, says).toBe(true);
});

const { resourceGroup: _, ...scope } = groupScope;
const settingsFrom = (parameters: Readonly<Record<string, unknown>>): unknown =>
  plan(
    template,
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }])),
    scope,
  )
    .resources.filter(({ type }) => type === "Microsoft.Web/sites/config")
    .map(({ body }) => body["properties"])[0];

test.each(named)("the bot gets %s as the deployment says it", (name, setting) => {
  const says = `the settings in main.bicep need:\n  ${setting.variable}: ${name}\n`;
  for (const value of setting.range ?? setting.choices ?? [])
    expect(settingsFrom({ [name]: value }), says).toMatchObject({ [setting.variable]: `${value}` });
  const without = z.record(z.string(), z.unknown()).parse(settingsFrom({}))[setting.variable];
  expect([undefined, setting.usual], says).toContain(without);
});

test.each(named)("%s stands in the example with what holds without it", (_name, { variable, usual }) => {
  expect(example[variable], `local.settings.example.json needs:\n    "${variable}": "${usual}",\n`).toBe(
    usual,
  );
});

test.each(named)("%s stands in the guide with what holds without it", (name, { usual, range, choices }) => {
  // The guide describes in words those for which main.bicep has a default.
  const row =
    template.parameters[name]?.nullable === true
      ? `| \`${name}\` | ${usual} | ${range?.join(" to ") ?? choices?.join(", ")} |`
      : `| \`${name}\` |`;
  expect(text("docs/deploy.md").includes(`\n${row}`), `docs/deploy.md needs a row:\n${row} … |\n`).toBe(true);
});
