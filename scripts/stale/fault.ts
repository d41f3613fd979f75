import type { Pin } from "./pins.ts";

/** A vulnerability that is known of something pinned. */
export interface Fault {
  readonly pin: Pin;
  /** What it is, in the source's words. */
  readonly says: string;
  /** Where to read of it. */
  readonly url: string;
  /** The first version without it, where the source names one. */
  readonly mendedBy?: string | undefined;
}

/** A source could not be asked, or answered something else than it is known to. */
export class SourceFault extends Error {
  override name = "SourceFault";
}
