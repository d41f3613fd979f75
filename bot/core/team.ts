import * as z from "zod";
import { accountShape, loginRoles, roles } from "./member.ts";
import type { Of } from "./shape.ts";

/** The state of an entry. `add` and `change` are still to do; `unfinished` is on the roster, but Azure refused what follows from
 * it; `absent` is a member who isn't in the file. */
export const importStates = [
  "add",
  "change",
  "same",
  "refused",
  "added",
  "changed",
  "unfinished",
  "absent",
] as const;
export type ImportState = (typeof importStates)[number];

/** One entry of an import, found in the directory. */
export const entryShape = z.strictObject({
  label: z.string(),
  state: z.enum(importStates),
  /** What differs, or why it isn't possible. */
  said: z.string(),
  person: z
    .strictObject({
      objectId: z.string(),
      name: z.string(),
      email: z.string().optional(),
      principalName: z.string().optional(),
    })
    .optional(),
  account: accountShape.optional(),
  role: z.enum(roles).optional(),
  loginRole: z.enum(loginRoles).optional(),
  size: z.string().optional(),
});
export type ImportEntry = Of<typeof entryShape>;

/** Some entries of an import, because all of them may not fit in one row. */
export const importShape = z.strictObject({
  /** The same for all parts of an import. */
  id: z.string(),
  part: z.number(),
  parts: z.number(),
  status: z.enum(["asked", "running", "done"]),
  /** Who confirmed it. */
  by: accountShape,
  /** ISO 8601. */
  listedAt: z.string(),
  /** ISO 8601: when its next look is expected. Only in the first part. */
  nextLookAt: z.string().optional(),
  entries: z.array(entryShape),
});
export type ImportPart = Of<typeof importShape>;

export const importRow = (id: string, part: number): string => `${id}-${part}`;
