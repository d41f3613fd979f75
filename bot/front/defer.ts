import { Conflict } from "../core/errors.ts";
import { accountPartition } from "../core/names.ts";
import type { InboundCall } from "../core/platform.ts";
import type { DeferredCall } from "../core/records.ts";
import type { WorkMessage } from "../core/store.ts";
import { dueSoon, enter, type Needed, wakeUp } from "../engine/outbox.ts";
import type { Parts } from "../parts.ts";

/** What storing a call needs. */
type Storing = Needed & { readonly store: Pick<Parts["store"], "get"> };

/** An answer that arrives before the platform knows that it will follow is lost or overwritten. In seconds. */
export const onItsWay = 1;
/** The process that still works on a late call usually finishes before the worker starts. In seconds. */
const headStart = 5;

/**
 * Stores a call that is answered later, and wakes the worker. The row is in the partition of the calling account: no one has to be
 * looked up first, and a repeat of the call finds it there.
 * @param shown for a late call: resolves when the answer may be sent
 * @throws if the storage can't be reached
 */
export async function defer(call: InboundCall, parts: Storing, shown?: Promise<void>): Promise<WorkMessage> {
  const { id, account, line, replyTo, people, files } = call;
  const now = parts.clock.now();
  const partition = accountPartition(account);
  const message: WorkMessage = { kind: "call", partition, id };
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
    // A repeat: whoever stored it may have died before waking the worker.
    // If there is no row, the call wasn't stored, whatever the storage said.
    if (!(error instanceof Conflict) || !(await parts.store.get(partition, "call", id))) throw error;
  }
  await shown;
  await wakeUp(message, shown ? headStart : onItsWay, parts);
  return message;
}
