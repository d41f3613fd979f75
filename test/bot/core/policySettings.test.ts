import { describe, expect, test } from "vitest";
import * as z from "zod";
import { variablesOf } from "../../../bot/config/variables.ts";
import { command, type OptionSpec } from "../../../bot/core/command.ts";
import { policySettings } from "../../../bot/core/policySettings.ts";
import {
  type Setting,
  type SettingTable,
  type SomeValues,
  settingShapes,
  type Values,
  valuesIn,
  valuesUnder,
} from "../../../bot/core/setting.ts";
import { mostDigits, settingOptions, settingsNamed } from "../../../bot/features/admin/policyOptions.ts";
import { settingFacts } from "../../../bot/features/admin/policyShow.ts";
import { parseOptions } from "../../../bot/front/options.ts";
import { usualValues } from "../usualValues.ts";

/** A number, a choice and a switch that nobody has: each is an entry of this table and nothing else. */
const invented = {
  napMinutes: {
    option: "nap-minutes",
    variable: "NAP_MINUTES",
    about: "For how many minutes the bot naps",
    usual: 20,
    range: [0, 90],
    unit: " at most",
  },
  tea: {
    option: "tea",
    variable: "TEA_KIND",
    about: "What it drinks",
    usual: "green",
    choices: ["green", "black"],
  },
  snore: {
    option: "snore",
    variable: "SNORE",
    about: "Whether it snores",
    usual: "off",
    choices: ["on", "off"],
  },
} as const satisfies SettingTable;
const tables: readonly (readonly [string, SettingTable])[] = [
  ["what there is", policySettings],
  ["invented ones", invented],
];

/** `policy set` as far as a table makes it: what is typed, read and refused. */
function typed<T extends SettingTable>(table: T, given: Readonly<Record<string, string>>): SomeValues<T> {
  const options: Readonly<Record<string, OptionSpec>> = settingOptions(table);
  const set = command({
    name: "policy set",
    about: "Set them",
    audience: "admin",
    options,
    run: () => Promise.reject(new Error("nothing runs here")),
  });
  const parsed = parseOptions(set, { command: "policy set", options: given }, {});
  if ("form" in parsed) throw new Error("a form, though nothing is required");
  // Every option of the table is a text.
  return settingsNamed(table, parsed.options as Parameters<typeof settingsNamed<T>>[1]);
}

/** What the environment gives, as the bot reads it. */
const read = <T extends SettingTable>(table: T, env: Readonly<Record<string, string>>): Values<T> =>
  valuesIn(table, z.object(variablesOf(table)).parse(env) as Parameters<typeof valuesIn<T>>[1]);

const kept = (table: SettingTable, values: object) =>
  z.strictObject(settingShapes(table)).safeParse(values).data;

/** What somebody could take for a value. */
const wrongFor = (setting: Setting): readonly string[] =>
  "choices" in setting
    ? [`not ${setting.choices[0]}`]
    : [`${setting.range[0] - 1}`, `${setting.range[1] + 1}`, `${setting.range[0]}.5`, "many"];

describe.each(tables)("settings of a table: %s", (_title, table) => {
  const settings = Object.entries(table);
  const fits = settings.flatMap(([name, setting]) =>
    ("choices" in setting ? setting.choices : setting.range).map((value) => [name, value, setting] as const),
  );
  const misfits = settings.flatMap(([name, setting]) =>
    wrongFor(setting).map((text) => [name, text, setting] as const),
  );

  test.each(fits)("%s can be %s, in chat, in what is kept and in the environment", (name, value, setting) => {
    const named = typed(table, { [setting.option]: `${value}` });
    expect(named).toEqual({ [name]: value });
    expect(kept(table, named)).toEqual(named);
    const usual = usualValues(table);
    expect(valuesUnder(table, usual, named)).toEqual({ ...usual, [name]: value });
    expect(read(table, { [setting.variable]: `${value}` })).toEqual({ ...usual, [name]: value });
    const lines = settingFacts(table, valuesUnder(table, usual, named), named);
    expect(lines.map(([option]) => option)).toEqual(settings.map(([, { option }]) => option));
    expect(lines.filter(([, line]) => line.includes("(set here)"))).toEqual([
      [setting.option, `${value}${setting.unit ?? ""} (set here)`],
    ]);
  });

  test.each(misfits)("%s can't be %j", (name, text, setting) => {
    const sentence =
      "choices" in setting
        ? `${setting.option} must be ${[...setting.choices, "default"].join(" or ")}, not `
        : `${setting.option} must be a whole number from ${setting.range[0]} to ${setting.range[1]}, not `;
    expect(() => typed(table, { [setting.option]: text })).toThrow(sentence);
    const value = Number.isNaN(Number(text)) ? text : Number(text);
    expect(kept(table, { [name]: value })).toBeUndefined();
    expect(() => read(table, { [setting.variable]: text })).toThrow();
  });

  test.each(settings)("%s is taken back by “default”, and is what it is without", (name, setting) => {
    const back = typed(table, { [setting.option]: "default" });
    expect(back).toStrictEqual({ [name]: undefined });
    const usual = usualValues(table);
    expect(valuesUnder(table, usual, back)).toEqual(usual);
    expect(read(table, {})).toEqual(usual);
    expect(settingFacts(table, usual, back)).toContainEqual([
      setting.option,
      `${setting.usual}${setting.unit ?? ""}`,
    ]);
  });

  test("no two share a name, what holds without is allowed, and chat reads all the digits", () => {
    for (const named of ["option", "variable"] as const)
      expect(new Set(settings.map(([, setting]) => setting[named])).size).toBe(settings.length);
    expect(kept(table, usualValues(table))).toEqual(usualValues(table));
    for (const [, setting] of settings)
      if ("range" in setting) expect(`${setting.range[1]}`.length).toBeLessThanOrEqual(mostDigits);
  });
});
