import type { WorkMessage } from "../core/store.ts";
import type { Parts } from "../parts.ts";
import { taskFor } from "./task.ts";

/**
 * Handles one queue message. It may come twice, late or out of order; what is done follows from the records and from
 * what is true in Azure, never from the message.
 * @param tries how often it was handed over, this time included
 * @throws what is worth another try
 */
export const work = async (message: WorkMessage, tries: number, parts: Parts): Promise<void> =>
  taskFor(message, parts).run(message, parts, tries);
