import type { CloudPlace } from "./cloud.ts";
import type { NetworkPolicy } from "./networkPolicy.ts";

/** What the person who runs the bot decides. */
export interface Settings {
  readonly place: CloudPlace;
  readonly tenant: string;
  readonly location: string;
  /** The sizes on offer. */
  readonly sizes: readonly string[];
  /** The size of a new instance, when none was asked for: the first of them. */
  readonly size: string;
  readonly homeDisk: { readonly sizeGb: number; readonly sku: string };
  readonly networkPolicy: NetworkPolicy;
  readonly accessHours: number;
  /** How long a removed member's instance is kept. */
  readonly keepDays: number;
  /** The resource group of the snapshots. */
  readonly backupGroup: string;
  /** How long a snapshot is kept. */
  readonly backupDays: number;
  /** How many nightly snapshots of a member are kept; 0: none are made. */
  readonly nightlyKeep: number;
  /** How long the audit is kept. */
  readonly auditDays: number;
  /** From how many addresses at a time a member may open SSH. */
  readonly mostAddresses: number;
  /** How many backups that a member has asked for are kept at a time; 0: they may ask for none. */
  readonly mostBackups: number;
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
