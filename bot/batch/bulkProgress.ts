import type { Bulk, BulkItem, BulkState } from "../core/bulk.ts";
import type { Instance } from "../core/instance.ts";
import type { Member } from "../core/member.ts";
import { operationId } from "../core/names.ts";
import type { Operation, OperationRecord } from "../core/operation.ts";

/** What one row of Azure Tables holds, and one subscription too. */
export const bulkLimit = 1000;

/**
 * How many run at once where nothing else is said. While something is waited for, each asks Azure one thing every three seconds or so, and a few
 * more where it acts; Azure allows 25 reads a second ("Understand how Azure Resource Manager throttles requests", Microsoft Learn, 2026), and
 * others need some too.
 */
export const bulkAtOnce = 5;

/** From which the id of a member's operation is derived: a step that is done twice begins nothing twice. */
export const bulkCause = (bulk: string, member: string): string => `bulk ${bulk} ${member}`;
export const bulkOperation = (bulk: string, member: string): string => operationId(bulkCause(bulk, member));

const isOver = (state: BulkState): boolean => state !== "waiting" && state !== "running";

/** How many stand so. */
export const countOf = ({ items }: Pick<Bulk, "items">, ...states: readonly BulkState[]): number =>
  items.filter(([, state]) => states.includes(state)).length;

/**
 * Pure: notes what has become of those that ran, and says who runs next. Whoever runs by its answer is written down as
 * running before their operation is begun, so that none that was begun can be forgotten.
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

/** What an operation that was begun makes of its member. One that needs a VM that runs and finds it off has done nothing. */
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
 * Why a member's operation is not begun now. Whoever is busy is passed over, not waited for: what is under way was asked for
 * by somebody who may want something else, and much later nobody expects this any more.
 */
export function obstacle(
  bulk: Bulk,
  operation: Operation,
  member: Member | undefined,
  instance: Instance | undefined,
  /** ISO 8601: when the building of the instance began. */
  bornAt: string | undefined,
): BulkState | undefined {
  if (!member || (member.status !== "active" && !operation.forLeavers)) return "left";
  // A home disk alone is something to tear down, and nothing else.
  const alone = operation.name === "teardown" && instance?.homeDisk !== undefined;
  if (!instance || !(instance.generation || alone)) return "none";
  if (instance.operation) return "busy";
  if (bornAt !== undefined && bornAt > bulk.listedAt) return "newer";
  return instance.state === "broken" && operation.name !== "teardown" ? "broken" : undefined;
}
