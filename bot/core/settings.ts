import * as z from "zod";
import type { CloudPlace } from "./cloud.ts";
import { type PolicySettings, policySettings } from "./policySettings.ts";
import { settingShapes, type Values, valuesUnder } from "./setting.ts";
import type { Of } from "./shape.ts";

/** What the person who runs the bot decides; the rest is in the table of what admins may change in chat. */
export interface Settings extends Values<PolicySettings> {
  readonly place: CloudPlace;
  readonly tenant: string;
  readonly location: string;
  /** The sizes on offer. */
  readonly sizes: readonly string[];
  /** The size of a new instance, when none was asked for: the first of them. */
  readonly size: string;
  readonly homeDisk: { readonly sizeGb: number; readonly sku: string };
  /** The resource group of the snapshots. */
  readonly backupGroup: string;
  /** The hour (UTC) from which on a day's nightly backups are due. */
  readonly backupHour: number;
  readonly openclawPort: number;
  /** Where the bot is reached on the web, without a trailing slash. */
  readonly publicUrl: string;
  /** What a new instance is told of its agent. */
  readonly agentConfig: Readonly<Record<string, unknown>>;
  /** The key vault's name. */
  readonly vault: string;
  /** The break-glass account; undefined where nobody has a key for it. */
  readonly breakGlass: string | undefined;
  /** How many times as fast as usual Azure is; only where it is simulated is that not 1. */
  readonly azurePace: number;
  /** Who is an admin as long as there is none on the roster. */
  readonly bootstrapAdmins: readonly string[];
  /** Who is an admin whatever the roster says. */
  readonly recoveryAdmins: readonly string[];
}

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
