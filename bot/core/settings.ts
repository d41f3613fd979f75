import * as z from "zod";
import type { CloudPlace } from "./cloud.ts";
import { type PolicySettings, policySettings } from "./policySettings.ts";
import { settingShapes, type Values, valuesUnder } from "./setting.ts";
import type { Of } from "./shape.ts";

/** What the person who runs the bot decides, plus the table of settings that admins may change in chat. */
export interface Settings extends Values<PolicySettings> {
  readonly place: CloudPlace;
  readonly tenant: string;
  readonly location: string;
  /** The sizes on offer. */
  readonly sizes: readonly string[];
  /** The size of a new instance if none was requested: the first one on offer. */
  readonly size: string;
  readonly homeDisk: { readonly sizeGb: number; readonly sku: string };
  /** The resource group of the snapshots. */
  readonly backupGroup: string;
  /** The hour (UTC) from which a day's nightly backups are due. */
  readonly backupHour: number;
  readonly openclawPort: number;
  /** The bot's public address, without a trailing slash. */
  readonly publicUrl: string;
  /** The agent's configuration for a new instance. */
  readonly agentConfig: Readonly<Record<string, unknown>>;
  /** The key vault's name. */
  readonly vault: string;
  /** The break-glass account. Undefined if no one has a key for it. */
  readonly breakGlass: string | undefined;
  /** How many times faster than usual Azure is. Other than 1 only in simulation. */
  readonly azurePace: number;
  /** Admins as long as the roster has none. */
  readonly bootstrapAdmins: readonly string[];
  /** Admins whatever the roster says. */
  readonly recoveryAdmins: readonly string[];
}

export const sizePattern = /^Standard_[A-Za-z0-9_]+$/;
/** One card shows all of them with their prices. */
export const mostSizes = 10;

/** What admins set in chat. Everything else comes from the bot's environment. */
export const policyShape = z.strictObject({
  /** The sizes on offer. A request without a size gets the first one. */
  sizes: z.array(z.string().regex(sizePattern)).min(1).max(mostSizes).optional(),
  ...settingShapes(policySettings),
});
export type Policy = Of<typeof policyShape>;

/** The settings, overridden by what admins set. */
export const settingsUnder = (settings: Settings, policy: Policy = {}): Settings => {
  const sizes = policy.sizes ?? settings.sizes;
  return {
    ...settings,
    ...valuesUnder(policySettings, settings, policy),
    sizes,
    size: sizes[0] ?? settings.size,
  };
};
