import { eachSetting, type SettingTable, type Values } from "../../bot/core/setting.ts";

/** What holds where nobody has set anything. */
export const usualValues = <T extends SettingTable>(table: T): Values<T> =>
  eachSetting(table, ({ usual }) => usual) as Values<T>;
