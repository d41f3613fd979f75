import * as z from "zod";
import { accountShape } from "./member.ts";
import { replyToShape } from "./platform.ts";
import type { Of } from "./shape.ts";

/** A code with which a member links a further account. It is kept as a hash alone. */
export const linkCodeShape = z.strictObject({
  /** SHA-256 of the code, in hexadecimal digits. */
  hash: z.string(),
  /** The key of the member who was shown it. */
  member: z.string(),
  replyTo: replyToShape,
  /** ISO 8601. */
  expiresAt: z.string(),
  /** Who typed it; nobody else can from then on. */
  by: accountShape.optional(),
});
export type LinkCode = Of<typeof linkCodeShape>;

/** The codes that a member got, and the wrong ones that an unknown account typed. */
export const linkingShape = z.strictObject({
  given: z.array(
    z.strictObject({
      hash: z.string(),
      /** ISO 8601. */
      at: z.string(),
      /** What it has linked, and when (ISO 8601). */
      linked: z.strictObject({ account: accountShape, at: z.string() }).optional(),
    }),
  ),
  /** ISO 8601, each. */
  failed: z.array(z.string()),
});
export type Linking = Of<typeof linkingShape>;
