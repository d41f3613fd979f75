import type { Pin } from "./pins.ts";

/** A known vulnerability of something pinned. */
export interface Fault {
  readonly pin: Pin;
  /** What it is, in the source's words. */
  readonly says: string;
  /** Where to read about it. */
  readonly url: string;
  /** The first version without it, if the source names one. */
  readonly mendedBy?: string | undefined;
}

/** A source could not be reached, or gave an unexpected answer. */
export class SourceFault extends Error {
  override name = "SourceFault";
}
