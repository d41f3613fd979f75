import { createHash } from "node:crypto";
import * as z from "zod";
import type { Of } from "./shape.ts";

/** What the team changes of the configuration with which every OpenClaw begins. */
export const teamConfigShape = z.strictObject({
  /** A JSON object as in RFC 7396: what it names is set, what it names as null is removed. */
  overrides: z.string(),
  /** ISO 8601. */
  changedAt: z.string(),
  /** By whom, as in an audit entry. */
  by: z.string(),
  /** The hash of what was the team's when this was made from it; absent: there was nothing. */
  onTopOf: z.string().optional(),
});
export type TeamConfig = Of<typeof teamConfigShape>;

/** By which it is known whether an instance has this configuration. */
export const configHash = (overrides: string): string =>
  createHash("sha256").update(overrides).digest("hex").slice(0, 16);

/** Whether the team's configuration has become another one since this change was made of it, so that it can't become the team's. */
export function isOutdated(change: TeamConfig, team: TeamConfig | undefined): boolean {
  const present = team && configHash(team.overrides);
  return present !== configHash(change.overrides) && present !== change.onTopOf;
}
