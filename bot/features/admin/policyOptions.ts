import type { Choice } from "../../core/card.ts";
import type { Chooser, OptionSpec } from "../../core/command.ts";
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
    Object.entries(table).map(([name, setting]) => [setting.option, optionFor(name, setting)]),
  ) as unknown as Readonly<Record<OptionName<T>, TextOption>>;

const optionFor = (name: string, setting: Setting): TextOption => ({
  type: "text",
  about: setting.about,
  ...("choices" in setting
    ? { choices: [...setting.choices, reset] }
    : {
        example: `${setting.usual}`,
        suggests: ({ settings }: Chooser) => numberChoices(setting, Object.entries(settings), name),
      }),
});

/** Some of the numbers that a setting can be, each with why it stands there, and the way back. */
function numberChoices(
  { usual, range: [least, most] }: Extract<Setting, { readonly range: unknown }>,
  settings: readonly (readonly [string, unknown])[],
  name: string,
): readonly Choice[] {
  const now = settings.find(([each]) => each === name)?.[1];
  const numbers = [
    [now, "now"],
    [usual, "recommended"],
    [least, "the least"],
    [most, "the most"],
  ] as const;
  const whys = Map.groupBy(numbers, ([value]) => String(value));
  return [
    ...[...whys].map(([value, each]) => ({
      name: `${value} · ${each.map(([, why]) => why).join(", ")}`,
      value,
    })),
    { name: `${reset} · what the bot's environment says`, value: reset },
  ];
}

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
