import type { Account } from "./account.ts";
import type { OperationInput, OperationName } from "./operation.ts";
import type { ReplyAddress } from "./platform.ts";

/** How it stands with one member; after the first two nothing more is done about them. */
export const bulkStates = [
  "waiting",
  "running",
  "done",
  "failed",
  "superseded",
  "busy",
  "left",
  "none",
  "newer",
  "broken",
  "off",
  "held",
] as const;
export type BulkState = (typeof bulkStates)[number];

/** One operation for many members: what is meant, and how far it has come. */
export interface Bulk {
  readonly id: string;
  /** In the imperative, for people: "Stop". */
  readonly what: string;
  readonly operation: OperationName;
  readonly input: OperationInput;
  readonly by: Account;
  readonly replyTo: ReplyAddress;
  /** ISO 8601: when somebody was shown whom it is about. An instance that is newer is left alone. */
  readonly listedAt: string;
  readonly atOnce: number;
  /** Nobody else is begun before the first has ended. */
  readonly firstAlone: boolean;
  readonly stopOnFailure: boolean;
  /** What has to be typed before it begins. */
  readonly phrase?: string | undefined;
  readonly status: "asked" | "running" | "ended";
  /** Somebody wants nothing more to be begun. */
  readonly halted?: true | undefined;
  /** Members by key, in order. No names and no sentences: a row has to hold a thousand. */
  readonly items: readonly BulkItem[];
  /** ISO 8601: when the next look is expected; an earlier message is a double. */
  readonly nextLookAt: string;
}
export type BulkItem = readonly [member: string, state: BulkState];
