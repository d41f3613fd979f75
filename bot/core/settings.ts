import type { CloudPlace } from "./cloud.ts";

/** What the person who runs the bot decides. */
export interface Settings {
  readonly place: CloudPlace;
  readonly tenant: string;
  readonly location: string;
  /** The size of a new instance. */
  readonly size: string;
  readonly homeDisk: { readonly sizeGb: number; readonly sku: string };
  /** `open`: any address may reach SSH at any time. */
  readonly networkPolicy: "locked" | "open";
  readonly accessHours: number;
  /** How long a removed member's instance is kept. */
  readonly keepDays: number;
  /** The resource group of the snapshots. */
  readonly backupGroup: string;
  /** How long a snapshot is kept. */
  readonly backupDays: number;
  /** How many nightly ones of a member are kept, and the hour (UTC) after which they are made. */
  readonly backupKeep: number;
  readonly backupHour: number;
  readonly openclawPort: number;
  readonly bootstrapAdmins: readonly string[];
}
