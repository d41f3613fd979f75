import { STATUS_CODES } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Faults, noFaults, type Store } from "./store.ts";

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** Counts down the active faults for one REST call: what to answer instead of, or after, doing it. */
export async function faultFor(store: Store): Promise<{ instead?: Answer; after?: Answer }> {
  const { faults } = store.state;
  if (faults.slowMs > 0) await sleep(faults.slowMs);
  if (faults.rateLimited.calls > 0) {
    faults.rateLimited.calls -= 1;
    store.save();
    return { instead: tooMany(faults.rateLimited.retryAfter) };
  }
  if (faults.serverErrors.calls > 0) {
    faults.serverErrors.calls -= 1;
    store.save();
    return { instead: failing(faults.serverErrors.status) };
  }
  if (faults.lostAnswers > 0) {
    faults.lostAnswers -= 1;
    store.save();
    return { after: { status: 502, body: "upstream error" } };
  }
  return {};
}

/** Discord itself refuses with JSON, as with 401 and 404 in `errors.ts`; a failing server's answer comes from the proxy in front of it. */
const failing = (status: number): Answer => ({
  status,
  body: status < 500 ? { message: `${status}: ${STATUS_CODES[status]}`, code: 0 } : "upstream error",
});

/** Changes the given faults and leaves the others; `undefined` clears all. */
export function setFaults(store: Store, change: Partial<Faults> | undefined): void {
  Object.assign(store.state.faults, change ?? noFaults());
  store.save();
}

/** @param retryAfter in seconds; @param limits what the headers say about the limit that was hit */
export function tooMany(
  retryAfter: number,
  global = false,
  limits: Record<string, string> = {
    "x-ratelimit-limit": "5",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset-after": String(retryAfter),
  },
): Answer {
  return {
    status: 429,
    body: { message: "You are being rate limited.", code: 0, retry_after: retryAfter, global },
    headers: {
      ...limits,
      "retry-after": String(Math.ceil(retryAfter)),
      "x-ratelimit-scope": global ? "global" : "user",
      ...(global && { "x-ratelimit-global": "true" }),
    },
  };
}
