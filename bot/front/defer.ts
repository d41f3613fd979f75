import { Conflict } from "../core/errors.ts";
import { accountPartition } from "../core/names.ts";
import type { InboundCall } from "../core/platform.ts";
import type { DeferredCall } from "../core/records.ts";
import type { WorkMessage } from "../core/store.ts";
import { dueSoon, enter, type Needed, wakeUp } from "../engine/outbox.ts";
import type { Parts } from "../parts.ts";

/** What it takes to write a call down. */
type Storing = Needed & { readonly store: Pick<Parts["store"], "get"> };

/** An answer that arrives before the platform has heard that it follows is lost or overwritten. In seconds. */
export const onItsWay = 1;
/** The process that still works on a late call is usually done before the worker begins. In seconds. */
const headStart = 5;

/**
 * Writes down a call that is answered later, and wakes the worker. The row is in the partition of the account that called: nobody
 * has to be looked up first, and a repeat of the call finds it there.
 * @param shown given for a call whose answer is late: ends when the answer may be sent
 * @throws when the storage can't be reached
 */
export async function defer(call: InboundCall, parts: Storing, shown?: Promise<void>): Promise<WorkMessage> {
  const { id, account, line, replyTo, people, files } = call;
  const now = parts.clock.now();
  const partition = accountPartition(account);
  const message: WorkMessage = { kind: "call", member: partition, id };
  const value: DeferredCall = {
    ...{ id, account, line, replyTo, people, files },
    at: now.toISOString(),
    done: false,
    ...(shown ? { late: true } : {}),
  };
  try {
    const changes = [{ kind: "call", id, value }] as const;
    await enter({ partition, changes, later: [dueSoon(message, now)] }, parts);
  } catch (error) {
    // A repeat: whoever wrote it down may have died before they woke the worker.
    // Where none is there it was not written down, whatever the storage has said.
    if (!(error instanceof Conflict) || !(await parts.store.get(partition, "call", id))) throw error;
  }
  await shown;
  await wakeUp(message, shown ? headStart : onItsWay, parts);
  return message;
}
