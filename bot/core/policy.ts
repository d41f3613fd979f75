import * as z from "zod";
import { policySettings } from "./policySettings.ts";
import { settingShapes, valuesUnder } from "./setting.ts";
import type { Settings } from "./settings.ts";
import type { Of } from "./shape.ts";

export const sizePattern = /^Standard_[A-Za-z0-9_]+$/;
/** One card shows them all with their prices. */
export const mostSizes = 10;

/** What admins have set in chat; what they have not stays as the bot's environment says. */
export const policyShape = z.strictObject({
  /** The sizes on offer; the first is what a request without one gets. */
  sizes: z.array(z.string().regex(sizePattern)).min(1).max(mostSizes).optional(),
  ...settingShapes(policySettings),
});
export type Policy = Of<typeof policyShape>;

/** The settings with what admins have set over them. */
export const settingsUnder = (settings: Settings, policy: Policy = {}): Settings => {
  const sizes = policy.sizes ?? settings.sizes;
  return {
    ...settings,
    ...valuesUnder(policySettings, settings, policy),
    sizes,
    size: sizes[0] ?? settings.size,
  };
};
