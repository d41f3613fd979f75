import { isOwed, mustWait } from "../core/delivery.ts";
import { Conflict } from "../core/errors.ts";
import type { Delivery } from "../core/records.ts";
import type { WorkMessage } from "../core/store.ts";
import type { Parts, Task, TaskState } from "../parts.ts";
import { wakeUp } from "./outbox.ts";

/** Undefined for what a newer version of the bot wrote, which is left to that version. */
export const taskFor = ({ kind }: WorkMessage, { tasks }: Pick<Parts, "tasks">): Task | undefined =>
  tasks.find((one) => one.kind === kind);

/** The message that a piece of work may owe. */
export async function deliveryOf(
  message: WorkMessage,
  { store, tasks }: Pick<Parts, "store" | "tasks">,
): Promise<Delivery | undefined> {
  const id = taskFor(message, { tasks })?.owes?.(message.id);
  return id === undefined ? undefined : (await store.get(message.partition, "delivery", id))?.value;
}

/** The state of work of which only its message is left. */
export async function stateOfMessage(message: WorkMessage, parts: Parts): Promise<TaskState> {
  const delivery = await deliveryOf(message, parts);
  const now = parts.clock.now();
  if (delivery?.status === "undeliverable") return mustWait(delivery, now) ? "pending" : "done";
  if (!delivery || !isOwed(delivery)) return "done";
  return mustWait(delivery, now) ? "pending" : "overdue";
}

/** The most due rows that are counted. */
export const mostCounted = 1000;

/** A message that names no look is a duplicate of one in progress if it comes this much before the expected look. */
const doubleMs = 2000;

/** What is expected of work that continues look by look. */
export interface Expected {
  /** ISO 8601: when the next look is expected. Undefined if unknown. */
  readonly nextLookAt: string | undefined;
  readonly looks?: number;
  /** How many seconds another worker may still act. */
  readonly held?: number;
}

/** The message that wakes work for the expected look. */
export const forLook = (message: WorkMessage, { nextLookAt, looks }: Expected): WorkMessage => ({
  ...message,
  look: looks === undefined ? nextLookAt : `${looks}`,
});

/**
 * Whether another message already does what this one asks for. A message for an earlier look is out of date, however short the waits:
 * otherwise, two series of looks would run side by side. Only if nothing seems to be at it, any message will do.
 */
function isDouble(message: WorkMessage, expected: Expected, now: Date): boolean {
  if (message.look === undefined) return Date.parse(expected.nextLookAt ?? "") - now.getTime() > doubleMs;
  return message.look !== forLook(message, expected).look && stateOfLook(expected, now) !== "overdue";
}

/**
 * Takes the next step. A duplicate message ends here, and one that comes while another worker acts returns later.
 * @param again reads what is expected by then; undefined: nothing more
 * @returns the result of the step; undefined: it wasn't taken
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
  // Whoever holds it may have died: once its time is over, decide from what is true then.
  if (held > 0) return void (await wakeUp(mine, held, parts));
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const now = await again();
    // Whoever was faster with the step, or is about to act, continues with their own message. Otherwise, decide again on what is true now.
    const isOpen = now && forLook(message, now).look === mine.look && !now.held;
    return isOpen ? void (await wakeUp(mine, 1, parts)) : undefined;
  }
}

/** Without a look for this long after it was expected, nothing seems to be at it. */
const lateMs = 30_000;

/** The state of a look. Overdue if no one knows when it is expected. */
export const stateOfLook = ({ nextLookAt, held = 0 }: Expected, now: Date): TaskState =>
  held > 0 || now.getTime() - Date.parse(nextLookAt ?? "") <= lateMs ? "pending" : "overdue";

/**
 * Handles one queue message. It may come twice, late or out of order; what to do follows from the records and from what is true in
 * Azure, never from the message.
 * @param tries how often it was delivered, including this time
 * @throws what is worth another attempt
 */
export async function work(message: WorkMessage, tries: number, parts: Parts): Promise<void> {
  const task = taskFor(message, parts);
  if (!task) throw new Error(`there is no task of the kind ${message.kind}`);
  await task.run(message, parts, tries);
}
