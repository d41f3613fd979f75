import type { WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { taskFor } from "./task.ts";

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
