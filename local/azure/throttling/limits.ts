/** A token bucket: a call takes one token, and more come back each second until it is full. */
export interface Rate {
  readonly most: number;
  readonly perSecond: number;
}

/** A bucket's last known level. */
export interface Level {
  readonly left: number;
  /** Simulated time, ms. */
  readonly at: number;
}

/** What Compute counts separately. */
export type ComputeCalls = "get" | "put" | "update" | "delete" | "list" | "operation";

/** How many calls one identity can make to a subscription in a region. */
export interface Limits {
  readonly reads: Rate;
  readonly writes: Rate;
  readonly deletes: Rate;
  /** `one`: per VM, or per polled operation; `all`: for the subscription in a region, whoever calls. */
  readonly compute: Readonly<Record<ComputeCalls, { readonly one?: Rate; readonly all: Rate }>>;
}

const aMinute = (refill: number, most: number): Rate => ({ most, perSecond: refill / 60 });
const change = { one: aMinute(4, 12), all: aMinute(500, 1500) };

/**
 * Azure's own figures: "Understand how Azure Resource Manager throttles requests" and "Compute throttling limits", both Microsoft Learn, 2026.
 */
export const azureLimits: Limits = {
  reads: { most: 250, perSecond: 25 },
  writes: { most: 200, perSecond: 10 },
  deletes: { most: 200, perSecond: 10 },
  compute: {
    get: { one: aMinute(12, 36), all: aMinute(8000, 24_000) },
    put: change,
    update: change,
    delete: change,
    list: { all: aMinute(300, 900) },
    operation: { one: aMinute(15, 45), all: aMinute(5000, 15_000) },
  },
};

/** How many times one identity's bucket all identities together have for a subscription ("Understand how Azure Resource Manager throttles requests", 2026). */
export const globalTimes = 15;
