import * as z from "zod";
import { accountShape } from "./member.ts";
import { inputShape, operationNames } from "./operation.ts";
import { replyToShape } from "./platform.ts";
import type { Of } from "./shape.ts";

/** The state of one member; after the first two, nothing more is done about them. */
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
const itemShape = z.tuple([z.string(), z.enum(bulkStates)]);
export type BulkItem = Of<typeof itemShape>;

/** One operation for many members: what to do, and how far it has come. */
export const bulkShape = z.strictObject({
  id: z.string(),
  /** In the imperative, for people: "Stop". */
  what: z.string(),
  operation: z.enum(operationNames),
  input: inputShape,
  by: accountShape,
  replyTo: replyToShape,
  /** ISO 8601: when the list was shown. A newer instance is left alone. */
  listedAt: z.string(),
  atOnce: z.number(),
  /** Start no one else before the first has finished. */
  firstAlone: z.boolean(),
  stopOnFailure: z.boolean(),
  /** What has to be typed before it starts. */
  phrase: z.string().optional(),
  status: z.enum(["asked", "running", "ended"]),
  /** An admin wants no more to be started. */
  halted: z.literal(true).optional(),
  /** Members by key, in order. Without names and sentences, because a row has to hold a thousand. */
  items: z.array(itemShape),
  /** ISO 8601: when the next look is expected; an earlier message is a duplicate. */
  nextLookAt: z.string(),
});
export type Bulk = Of<typeof bulkShape>;
