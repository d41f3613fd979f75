import { Conflict } from "./core/errors.ts";
import { accountPartition } from "./core/partition.ts";
import type { InboundCall } from "./core/platform.ts";
import type { DeferredCall } from "./core/records.ts";
import type { WorkMessage } from "./core/store.ts";
import type { Parts } from "./parts.ts";

/** The answer must not come before the platform has heard that it follows. In seconds, for the way there. */
const onItsWay = 1;
/** So long the process that has a late call in hand is left alone with it, before the worker takes it up. In seconds. */
const headStart = 5;

/**
 * Writes down a call that is answered later, and wakes the worker. It lies with the account that called, so that nobody
 * has to be looked up for it, and twice the same call is one.
 * @param shown for a late call: ends when its answer may be sent
 * @throws when the storage can't be reached
 */
export async function defer(call: InboundCall, parts: Parts, shown?: Promise<void>): Promise<WorkMessage> {
  const { store, queue, clock, log } = parts;
  const { id, account, line, replyTo, people, files } = call;
  const now = clock.now();
  const partition = accountPartition(account);
  const message: WorkMessage = { kind: "call", member: partition, id };
  await store.addDue({ at: new Date(now.getTime() + 60_000), message });
  const value: DeferredCall = {
    ...{ id, account, line, replyTo, people, files },
    at: now.toISOString(),
    done: false,
    ...(shown ? { late: true } : {}),
  };
  try {
    await store.commit(partition, [{ kind: "call", id, value }]);
  } catch (error) {
    if (error instanceof Conflict) return message;
    throw error;
  }
  await shown;
  try {
    await queue.send(message, shown ? headStart : onItsWay);
  } catch (error) {
    log.error("a call was not queued", error, { call: id });
  }
  return message;
}
