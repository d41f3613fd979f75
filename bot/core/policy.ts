import { type PolicySettings, policySettings } from "./policySettings.ts";
import { type SomeValues, valuesUnder } from "./setting.ts";
import type { Settings } from "./settings.ts";

/** What admins have set in chat; what they have not stays as the bot's environment says. */
export interface Policy extends SomeValues<PolicySettings> {
  /** The sizes on offer; the first is what a request without one gets. */
  readonly sizes?: readonly string[] | undefined;
}

export const sizePattern = /^Standard_[A-Za-z0-9_]+$/;
/** One card shows them all with their prices. */
export const mostSizes = 10;

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
