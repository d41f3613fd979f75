import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectorError, serviceError, throttled } from "./errors.ts";
import { type Faults, noFaults, type Store } from "./store.ts";

/** Counts down the active faults for one connector call: what to answer instead of, or after, doing it. */
export async function faultFor(store: Store): Promise<{ instead?: ConnectorError; after?: ConnectorError }> {
  const { faults } = store.state;
  if (faults.slowMs > 0) await sleep(faults.slowMs);
  if (faults.throttled.calls > 0) {
    faults.throttled.calls -= 1;
    store.save();
    return { instead: throttled(faults.throttled.retryAfter) };
  }
  if (faults.serverErrors.calls > 0) {
    faults.serverErrors.calls -= 1;
    store.save();
    return { instead: serviceError(faults.serverErrors.status) };
  }
  if (faults.lostAnswers > 0) {
    faults.lostAnswers -= 1;
    store.save();
    return { after: serviceError(502) };
  }
  return {};
}

/** Changes the given faults and leaves the others; `undefined` clears all. */
export function setFaults(store: Store, change: Partial<Faults> | undefined): void {
  Object.assign(store.state.faults, change ?? noFaults());
  store.save();
}
