import { isOwed, mustWait } from "../core/delivery.ts";
import { Conflict } from "../core/errors.ts";
import type { Delivery } from "../core/records.ts";
import type { WorkMessage } from "../core/store.ts";
import type { Parts, Task, TaskState } from "../parts.ts";
import { wakeUp } from "./outbox.ts";

/** Undefined for what a newer version of the bot has written, which is left to it. */
export const taskFor = ({ kind }: WorkMessage, { tasks }: Pick<Parts, "tasks">): Task | undefined =>
  tasks.find((one) => one.kind === kind);

/** The message that a piece of work may owe. */
export async function deliveryOf(
  message: WorkMessage,
  { store, tasks }: Pick<Parts, "store" | "tasks">,
): Promise<Delivery | undefined> {
  const id = taskFor(message, { tasks })?.owes?.(message.id);
  return id === undefined ? undefined : (await store.get(message.member, "delivery", id))?.value;
}

/** How work stands of which nothing but its message is left. */
export async function stateOfMessage(message: WorkMessage, parts: Parts): Promise<TaskState> {
  const delivery = await deliveryOf(message, parts);
  const now = parts.clock.now();
  if (delivery?.status === "undeliverable") return mustWait(delivery, now) ? "pending" : "done";
  if (!delivery || !isOwed(delivery)) return "done";
  return mustWait(delivery, now) ? "pending" : "overdue";
}

/** More due rows than that nobody counts. */
export const mostCounted = 1000;

/** A message that names no look is a double of another one that is under way where it comes this much before the look that is expected. */
const doubleMs = 2000;

/** What is expected of work that goes on look by look. */
export interface Expected {
  /** ISO 8601: when the next look is expected; undefined: that is not known. */
  readonly nextLookAt: string | undefined;
  readonly looks?: number;
  /** For so many seconds somebody else acts. */
  readonly held?: number;
}

/** The message that wakes work for the look that is expected. */
export const forLook = (message: WorkMessage, { nextLookAt, looks }: Expected): WorkMessage => ({
  ...message,
  look: looks === undefined ? nextLookAt : `${looks}`,
});

/**
 * Whether another message does what this one is about. One for an earlier look has been overtaken, however short the waits are: two rows of
 * looks would go on side by side. Only where nobody seems to be at it, it is as good as any.
 */
function isDouble(message: WorkMessage, expected: Expected, now: Date): boolean {
  if (message.look === undefined) return Date.parse(expected.nextLookAt ?? "") - now.getTime() > doubleMs;
  return message.look !== forLook(message, expected).look && stateOfLook(expected, now) !== "overdue";
}

/**
 * Takes the next step. A message that is a double ends here, and one that comes while somebody acts comes again.
 * @param again reads what is expected by then; undefined: nothing more
 * @returns what the step came to; undefined: it was not taken
 */
export async function takeStep<T>(
  message: WorkMessage,
  expected: Expected,
  again: () => Promise<Expected | undefined>,
  step: () => Promise<T>,
  parts: Pick<Parts, "clock" | "queue" | "log">,
): Promise<T | undefined> {
  if (isDouble(message, expected, parts.clock.now())) return undefined;
  const mine = forLook(message, expected);
  const { held = 0 } = expected;
  // Whoever holds it may have died: once its time is over it is decided from what is true then.
  if (held > 0) return void (await wakeUp(mine, held, parts));
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const now = await again();
    // Whoever was faster with the step, or is about to act, goes on by their own message. Else it is decided again on what is true now.
    const isOpen = now && forLook(message, now).look === mine.look && !now.held;
    return isOpen ? void (await wakeUp(mine, 1, parts)) : undefined;
  }
}

/** Without a look for this long after it was expected, nobody seems to be at it. */
const lateMs = 30_000;

/** How it stands: overdue where nobody knows when a look is expected. */
export const stateOfLook = ({ nextLookAt, held = 0 }: Expected, now: Date): TaskState =>
  held > 0 || now.getTime() - Date.parse(nextLookAt ?? "") <= lateMs ? "pending" : "overdue";

/**
 * Handles one queue message. It may come twice, late or out of order; what is done follows from the records and from
 * what is true in Azure, never from the message.
 * @param tries how often it was handed over, this time included
 * @throws what is worth another try
 */
export async function work(message: WorkMessage, tries: number, parts: Parts): Promise<void> {
  const task = taskFor(message, parts);
  if (!task) throw new Error(`there is no task of the kind ${message.kind}`);
  await task.run(message, parts, tries);
}
