import type { Bulk, BulkItem, BulkState } from "../core/bulk.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { operationId } from "../core/names.ts";
import type { Operation, OperationRecord } from "../core/operation.ts";

/** As many as one row of Azure Tables can hold, and one subscription too. */
export const bulkLimit = 1000;

/**
 * How many run at once by default. While one waits, it makes about one call to Azure every three seconds, and a few more when it acts. Azure
 * allows 25 reads a second ("Understand how Azure Resource Manager throttles requests", Microsoft Learn, 2026), and others need some too.
 */
export const bulkAtOnce = 5;

/** The id of a member's operation is derived from this, so that a repeated step starts nothing twice. */
export const bulkCause = (bulk: string, member: string): string => `bulk ${bulk} ${member}`;
export const bulkOperation = (bulk: string, member: string): string => operationId(bulkCause(bulk, member));

const isOver = (state: BulkState): boolean => state !== "waiting" && state !== "running";

/** How many members are in one of these states. */
export const countOf = ({ items }: Pick<Bulk, "items">, ...states: readonly BulkState[]): number =>
  items.filter(([, state]) => states.includes(state)).length;

/**
 * Pure: notes the results of those that ran, and picks who runs next. Those are stored as running before their operations start, so that
 * no started operation can be forgotten.
 */
export function nextOfBulk(bulk: Bulk, seen: ReadonlyMap<string, BulkState>): Pick<Bulk, "items" | "status"> {
  const looked = bulk.items.map(
    ([member, state]): BulkItem => [member, state === "running" ? (seen.get(member) ?? state) : state],
  );
  const now = { items: looked };
  const halted = bulk.halted || (bulk.stopOnFailure && countOf(now, "failed") > 0);
  const alone = bulk.firstAlone && countOf(now, "done", "failed") === 0;
  let free = (alone ? 1 : bulk.atOnce) - countOf(now, "running");
  const items = looked.map(([member, state]): BulkItem => {
    if (state !== "waiting") return [member, state];
    if (halted) return [member, "held"];
    free -= 1;
    return [member, free >= 0 ? "running" : "waiting"];
  });
  return { items, status: items.every(([, state]) => isOver(state)) ? "ended" : "running" };
}

/** The member's state after a started operation. One that needs a running VM and finds it off has done nothing. */
export const stateAfter = ({ status, notes }: Pick<OperationRecord, "status" | "notes">): BulkState =>
  (
    ({
      running: "running",
      succeeded: notes["off"] ? "off" : "done",
      failed: "failed",
      cancelled: "superseded",
      superseded: "superseded",
    }) as const
  )[status];

/**
 * Why a member's operation does not start now. A busy member is skipped, not waited for: whoever started the other operation may want
 * something else, and much later no one expects this one any longer.
 */
export function obstacle(
  bulk: Bulk,
  operation: Operation,
  member: Member | undefined,
  instance: Instance | undefined,
  /** ISO 8601: when the build of the instance started. */
  bornAt: string | undefined,
): BulkState | undefined {
  if (!member || (member.status !== "active" && !operation.forLeavers)) return "left";
  // A home disk without an instance can be torn down, and nothing else.
  const alone = operation.name === "teardown" && instance?.homeDisk !== undefined;
  if (!instance || !(instance.generation || alone)) return "none";
  if (instance.operation) return "busy";
  if (bornAt !== undefined && bornAt > bulk.listedAt) return "newer";
  return instance.state === "broken" && operation.name !== "teardown" ? "broken" : undefined;
}
