import * as z from "zod";
import { accountShape } from "./member.ts";
import { replyToShape } from "./platform.ts";
import type { Of } from "./shape.ts";

/** A code with which a member links another account. Only its hash is kept. */
export const linkCodeShape = z.strictObject({
  /** SHA-256 of the code, in hexadecimal digits. */
  hash: z.string(),
  /** The key of the member who got it. */
  member: z.string(),
  replyTo: replyToShape,
  /** ISO 8601. */
  expiresAt: z.string(),
  /** The account that typed it. No one else can use it from then on. */
  by: accountShape.optional(),
});
export type LinkCode = Of<typeof linkCodeShape>;

/** The codes that a member got, and the wrong codes that an unknown account typed. */
export const linkingShape = z.strictObject({
  given: z.array(
    z.strictObject({
      hash: z.string(),
      /** ISO 8601. */
      at: z.string(),
      /** The account it linked, and when (ISO 8601). */
      linked: z.strictObject({ account: accountShape, at: z.string() }).optional(),
    }),
  ),
  /** ISO 8601, each. */
  failed: z.array(z.string()),
});
export type Linking = Of<typeof linkingShape>;
