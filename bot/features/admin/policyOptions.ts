import type { OptionSpec } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { quoted } from "../../core/quoted.ts";
import { eachSetting, type Setting, type SettingTable, type SomeValues } from "../../core/setting.ts";

/** Takes a setting back: it is as the environment says again. */
export const reset = "default";

type OptionName<T extends SettingTable> = T[keyof T]["option"];
type TextOption = Extract<OptionSpec, { readonly type: "text" }>;

/** The options that change the settings of a table. */
export const settingOptions = <T extends SettingTable>(table: T) =>
  // Object.fromEntries forgets which names there are.
  Object.fromEntries(
    Object.values(table).map((setting) => [setting.option, optionFor(setting)]),
  ) as unknown as Readonly<Record<OptionName<T>, TextOption>>;

const optionFor = (setting: Setting): TextOption => ({
  type: "text",
  about: setting.about,
  ...("choices" in setting ? { choices: [...setting.choices, reset] } : { example: `${setting.usual}` }),
});

/** The settings that are named. One that is taken back is there, and undefined. @throws Refusal */
export function settingsNamed<T extends SettingTable>(
  table: T,
  given: Readonly<Record<OptionName<T>, string | undefined>>,
): SomeValues<T> {
  const texts: Readonly<Record<string, string | undefined>> = given;
  const named = Object.entries(table).filter(([, { option }]) => texts[option] !== undefined);
  return eachSetting(Object.fromEntries(named), (setting) =>
    valueFrom(setting, texts[setting.option] ?? reset),
  ) as SomeValues<T>;
}

/** No range may need more. */
export const mostDigits = 4;

function valueFrom(setting: Setting, text: string): string | number | undefined {
  if (text === reset) return undefined;
  // Whoever reads the options refuses another choice.
  if ("choices" in setting) return text;
  const [least, most] = setting.range;
  const value = /^\d+$/.test(text) && text.length <= mostDigits ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw nothingChanged(
      `${setting.option} must be a whole number from ${least} to ${most}, not ${quoted(text)}.`,
    );
  return value;
}
