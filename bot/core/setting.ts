import * as z from "zod";

/** One number or choice that admins set, in chat or in the bot's environment. A switch is a choice of `on` and `off`. */
export type Setting = {
  /** Its name in chat, for `policy set` and `policy show`. */
  readonly option: string;
  /** Its name in the environment. */
  readonly variable: string;
  readonly about: string;
  /** What follows its value. */
  readonly unit?: string;
  /** It says how long, or how many of something, to keep. If the environment's value is invalid, no default replaces it, because that could delete things. */
  readonly keeps?: true;
} & (NumberSetting | ChoiceSetting);

interface NumberSetting {
  /** The default. */
  readonly usual: number;
  readonly range: readonly [least: number, most: number];
}

interface ChoiceSetting {
  /** The default. */
  readonly usual: string;
  readonly choices: readonly string[];
}

/** Settings by their names in the code, which are also those of the deployment's parameters. */
export type SettingTable = Readonly<Record<string, Setting>>;

type ValueOf<S extends Setting> = S extends { readonly choices: readonly (infer C)[] } ? C : number;
/** A value for each setting. */
export type Values<T extends SettingTable> = { readonly [K in keyof T]: ValueOf<T[K]> };
/** A value for some settings. A reset one may be present, and undefined. */
export type SomeValues<T extends SettingTable> = {
  readonly [K in keyof T]?: ValueOf<T[K]> | undefined;
};
/** A value for each setting, by its name in the environment. */
export type Variables<T extends SettingTable> = {
  readonly [K in keyof T as T[K]["variable"]]: ValueOf<T[K]>;
};

/** Something for each setting. */
export const eachSetting = <T extends SettingTable, V>(
  table: T,
  make: (setting: Setting, name: keyof T & string) => V,
): { readonly [K in keyof T]: V } =>
  // Object.entries loses the names.
  Object.fromEntries(Object.entries(table).map(([name, setting]) => [name, make(setting, name)])) as {
    readonly [K in keyof T]: V;
  };

/** What a row may hold for each setting. */
export const settingShapes = <T extends SettingTable>(table: T) =>
  eachSetting(table, (setting) =>
    "choices" in setting
      ? z.enum(setting.choices).optional()
      : z.number().int().min(setting.range[0]).max(setting.range[1]).optional(),
  ) as unknown as {
    // Each kind of value has its own shape: the table's type distinguishes them, but a loop can't.
    readonly [K in keyof T]: z.ZodOptional<z.ZodType<Values<T>[K]>>;
  };

/** The values from the environment. */
export const valuesIn = <T extends SettingTable>(table: T, variables: Variables<T>): Values<T> => {
  const said: Readonly<Record<string, unknown>> = variables;
  return eachSetting(table, ({ variable }) => said[variable]) as Values<T>;
};

/** The effective values: those that were set, and the others' fallbacks. */
export const valuesUnder = <T extends SettingTable>(
  table: T,
  without: Values<T>,
  set: SomeValues<T>,
): Values<T> => eachSetting(table, (_, name) => set[name] ?? without[name]) as Values<T>;
