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
  readonly openclawPort: number;
  /** What a new instance is told of its agent. */
  readonly agentConfig: Readonly<Record<string, unknown>>;
  /** The key vault's name. */
  readonly vault: string;
  /** The break-glass account; undefined where nobody has a key for it. */
  readonly breakGlass: string | undefined;
  readonly bootstrapAdmins: readonly string[];
}
