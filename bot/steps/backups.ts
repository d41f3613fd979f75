import { dayMs, hourMs } from "../core/clock.ts";
import type { SnapshotTruth } from "../core/cloud.ts";
import type { Backup } from "../core/instance.ts";
import type { Settings } from "../core/settings.ts";

/** When a snapshot made now may be deleted. ISO 8601. */
export const expiryOf = (now: Date, { backupDays }: Pick<Settings, "backupDays">): string =>
  new Date(now.getTime() + backupDays * dayMs).toISOString();

/**
 * The UTC day whose nightly backup is due, from the backup hour until the next day's, past midnight. A late timer makes a late backup; one
 * that missed whole days makes only the last one. ISO 8601, without a time.
 */
export const dayDue = (now: Date, { backupHour }: Pick<Settings, "backupHour">): string =>
  new Date(now.getTime() - backupHour * hourMs).toISOString().slice(0, 10);

/** The day before that one. */
export const dayDueBefore = (now: Date, settings: Pick<Settings, "backupHour">): string =>
  dayDue(new Date(now.getTime() - dayMs), settings);

/** A snapshot as its owner sees it. */
export const backupOf = ({ name, createdAt, sizeGb, tags }: SnapshotTruth): Backup => ({
  snapshot: name,
  createdAt,
  sizeGb,
  expires: tags["expires"] ?? "",
});

/** The newest snapshot of the owner's own home disk. One given to them from someone who left is restored by name only. */
export const newestOwn = (newestFirst: readonly SnapshotTruth[]): SnapshotTruth | undefined =>
  newestFirst.find(({ complete, tags }) => complete && tags["kind"] !== "transfer");

/** How many nightly snapshots there are beyond the number kept for each member. */
export function nightlyBeyond(all: readonly SnapshotTruth[], keep: number): number {
  const nightly = Map.groupBy(all.filter(isNightly), ({ tags }) => tags["key"]);
  return [...nightly.values()].reduce((sum, { length }) => sum + Math.max(0, length - keep), 0);
}

const isNightly = ({ complete, tags }: SnapshotTruth): boolean => complete && tags["kind"] === "nightly";

/**
 * The snapshots of one member that have to be deleted: expired ones, except the newest complete one while they have an instance;
 * nightly ones beyond the number that is kept; and failed ones after a day.
 */
export function doomed(
  newestFirst: readonly SnapshotTruth[],
  { now, keep, hasInstance }: { readonly now: Date; readonly keep: number; readonly hasInstance: boolean },
): readonly SnapshotTruth[] {
  const last = hasInstance ? newestOwn(newestFirst) : undefined;
  const nightly = newestFirst.filter(isNightly);
  return newestFirst.filter((snapshot) => {
    if (snapshot.failed) return now.getTime() - Date.parse(snapshot.createdAt) > dayMs;
    if (snapshot === last) return false;
    // A snapshot without a readable date never expires.
    return Date.parse(snapshot.tags["expires"] ?? "") <= now.getTime() || nightly.indexOf(snapshot) >= keep;
  });
}
