import { isOwed, mustWait } from "../core/delivery.ts";
import type { Delivery } from "../core/records.ts";
import { overdueSeconds, type WorkMessage } from "../core/store.ts";
import type { Parts, Task, TaskState } from "../parts.ts";

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

/** A message this much before the expected look is a double of another one that is under way. */
export const doubleMs = 2000;

/** How work stands that goes on with the look that is expected then (ISO 8601). */
export const stateOfLook = (nextLookAt: string, now: Date): TaskState =>
  now.getTime() - Date.parse(nextLookAt) > overdueSeconds * 500 ? "overdue" : "pending";

/**
 * Handles one queue message. It may come twice, late or out of order; what is done follows from the records and from
 * what is true in Azure, never from the message.
 * @param tries how often it was handed over, this time included
 * @throws what is worth another try
 */
export async function work(message: WorkMessage, tries: number, parts: Parts): Promise<void> {
  const task = taskFor(message, parts);
  if (!task) throw new Error(`there is no work of the kind ${message.kind}`);
  await task.run(message, parts, tries);
}
