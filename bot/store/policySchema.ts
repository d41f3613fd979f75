import * as z from "zod";
import { mostSizes, type Policy, sizePattern } from "../core/policy.ts";
import { policySettings } from "../core/policySettings.ts";
import { eachSetting, type Setting, type SettingTable, type Values } from "../core/setting.ts";
import { record } from "./record.ts";

/** What the row may hold of each setting. */
export const storedSettings = <T extends SettingTable>(table: T) =>
  // A schema for each kind of value, which the table's type tells apart and a loop can't.
  eachSetting(table, stored) as unknown as {
    readonly [K in keyof T]: z.ZodOptional<z.ZodType<Values<T>[K]>>;
  };

const stored = (setting: Setting) =>
  "choices" in setting
    ? z.enum(setting.choices).optional()
    : z.number().int().min(setting.range[0]).max(setting.range[1]).optional();

export const policy = record<Policy>()({
  sizes: z.array(z.string().regex(sizePattern)).min(1).max(mostSizes).readonly().optional(),
  ...storedSettings(policySettings),
});
