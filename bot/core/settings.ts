import type { CloudPlace } from "./cloud.ts";
import type { PolicySettings } from "./policySettings.ts";
import type { Values } from "./setting.ts";

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
  readonly bootstrapAdmins: readonly string[];
}
