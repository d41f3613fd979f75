import { createHash } from "node:crypto";
import * as z from "zod";
import type { Of } from "./shape.ts";

/** What the team changes in the configuration that every OpenClaw starts with. */
export const teamConfigShape = z.strictObject({
  /** A JSON object as in RFC 7396: sets what it names, and removes what it names as null. */
  overrides: z.string(),
  /** ISO 8601. */
  changedAt: z.string(),
  /** By whom, as in an audit entry. */
  by: z.string(),
  /** The hash of the team configuration on which this was based. Absent: there was none. */
  onTopOf: z.string().optional(),
});
export type TeamConfig = Of<typeof teamConfigShape>;

/** Shows whether an instance has this configuration. */
export const configHash = (overrides: string): string =>
  createHash("sha256").update(overrides).digest("hex").slice(0, 16);

/** Whether the team configuration changed after this change was made, so that it can no longer replace it. */
export function isOutdated(change: TeamConfig, team: TeamConfig | undefined): boolean {
  const present = team && configHash(team.overrides);
  return present !== configHash(change.overrides) && present !== change.onTopOf;
}
