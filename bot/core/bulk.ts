import type { Account } from "./account.ts";
import { operationId } from "./identifiers.ts";
import type { Instance } from "./instance.ts";
import type { Member } from "./member.ts";
import type { Operation, OperationInput, OperationName, OperationRecord } from "./operation.ts";
import type { ReplyAddress } from "./platform.ts";

/** How it stands with one member; after the first two nothing more is done about them. */
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

/** One operation for many members: what is meant, and how far it has come. */
export interface Bulk {
  readonly id: string;
  /** In the imperative, for people: "Stop". */
  readonly what: string;
  readonly operation: OperationName;
  readonly input: OperationInput;
  readonly by: Account;
  readonly replyTo: ReplyAddress;
  /** ISO 8601: when somebody was shown whom it is about. An instance that is newer is left alone. */
  readonly listedAt: string;
  readonly atOnce: number;
  /** Nobody else is begun before the first has ended. */
  readonly firstAlone: boolean;
  readonly stopOnFailure: boolean;
  /** What has to be typed before it begins. */
  readonly phrase?: string | undefined;
  readonly status: "asked" | "running" | "ended";
  /** Somebody wants nothing more to be begun. */
  readonly halted?: true | undefined;
  /** Members by key, in order. No names and no sentences: a row has to hold a thousand. */
  readonly items: readonly BulkItem[];
  /** ISO 8601: when the next look is expected; an earlier message is a double. */
  readonly nextLookAt: string;
}
export type BulkItem = readonly [member: string, state: BulkState];

/** What one row of Azure Tables holds, and one subscription too. */
export const bulkLimit = 1000;

/**
 * How many run at once where nothing else is said. Each looks every three seconds with up to ten reads, and Azure allows 25
 * reads a second ("Understand how Azure Resource Manager throttles requests", Microsoft Learn, 2026): others need some too.
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
