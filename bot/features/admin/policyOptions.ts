import type { OptionSpec } from "../../core/command.ts";
import { nothingChanged } from "../../core/errors.ts";
import { quoted } from "../../core/quoted.ts";
import { eachSetting, type Setting, type SettingTable, type SomeValues } from "../../core/setting.ts";

/** Resets a setting to the value from the environment. */
export const reset = "default";

type OptionName<T extends SettingTable> = T[keyof T]["option"];
type TextOption = Extract<OptionSpec, { readonly type: "text" }>;

/** The options that change a table's settings. */
export const settingOptions = <T extends SettingTable>(table: T) =>
  // Object.fromEntries loses the names.
  Object.fromEntries(
    Object.values(table).map((setting) => [setting.option, optionFor(setting)]),
  ) as unknown as Readonly<Record<OptionName<T>, TextOption>>;

const optionFor = (setting: Setting): TextOption => ({
  type: "text",
  about: setting.about,
  ...("choices" in setting ? { choices: [...setting.choices, reset] } : { example: `${setting.usual}` }),
});

/** The settings that a call names. A reset one is present, and undefined. @throws Refusal */
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

/** No range needs more. */
export const mostDigits = 4;

function valueFrom(setting: Setting, text: string): string | number | undefined {
  if (text === reset) return undefined;
  // The option parser already refuses any other choice.
  if ("choices" in setting) return text;
  const [least, most] = setting.range;
  const value = /^\d+$/.test(text) && text.length <= mostDigits ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw nothingChanged(
      `${setting.option} must be a whole number from ${least} to ${most}, not ${quoted(text)}.`,
    );
  return value;
}
