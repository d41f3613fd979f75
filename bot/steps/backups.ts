import { dayMs, hourMs } from "../core/clock.ts";
import type { SnapshotTruth } from "../core/cloud.ts";
import type { Backup } from "../core/instance.ts";
import type { Settings } from "../core/settings.ts";

/** When a snapshot that is made now may be deleted. ISO 8601. */
export const expiryOf = (now: Date, { backupDays }: Pick<Settings, "backupDays">): string =>
  new Date(now.getTime() + backupDays * dayMs).toISOString();

/**
 * The day, UTC's, whose nightly backup is due: from the hour of the backups on until the next day's is, after midnight too. So a
 * timer that comes late makes it late, and one that has missed whole days makes the last of them alone. ISO 8601, without a time.
 */
export const dayDue = (now: Date, { backupHour }: Pick<Settings, "backupHour">): string =>
  new Date(now.getTime() - backupHour * hourMs).toISOString().slice(0, 10);

/** The day before that one. */
export const dayDueBefore = (now: Date, settings: Pick<Settings, "backupHour">): string =>
  dayDue(new Date(now.getTime() - dayMs), settings);

/** A snapshot as its owner is told of it. */
export const backupOf = ({ name, createdAt, sizeGb, tags }: SnapshotTruth): Backup => ({
  snapshot: name,
  createdAt,
  sizeGb,
  expires: tags["expires"] ?? "",
});

/** The newest that can bring the owner's own home disk back; what somebody else has left is brought back by name only. */
export const newestOwn = (newestFirst: readonly SnapshotTruth[]): SnapshotTruth | undefined =>
  newestFirst.find(({ complete, tags }) => complete && tags["kind"] !== "transfer");

/** What is said where a home disk is there already. */
export const tearDownFirst =
  "To restore one, first press Tear down: I'll keep what is on the home disk now in a snapshot of its own.";

/** How many nightly snapshots there are beyond so many of each member. */
export function nightlyBeyond(all: readonly SnapshotTruth[], keep: number): number {
  const nightly = Map.groupBy(all.filter(isNightly), ({ tags }) => tags["key"]);
  return [...nightly.values()].reduce((sum, { length }) => sum + Math.max(0, length - keep), 0);
}

const isNightly = ({ complete, tags }: SnapshotTruth): boolean => complete && tags["kind"] === "nightly";

/**
 * Which of one member's snapshots are to go: those that have expired, but for the newest that is complete while they have
 * an instance; nightly ones beyond those that are kept; and those that failed, a day later.
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
    // Without a date that can be read it is nobody's to delete.
    return Date.parse(snapshot.tags["expires"] ?? "") <= now.getTime() || nightly.indexOf(snapshot) >= keep;
  });
}
