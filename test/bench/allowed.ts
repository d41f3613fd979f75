import { azureLimits, type Rate } from "../../local/azure/throttling/limits.ts";
import type { ArmCall } from "./crowd.ts";

const kinds = ["reads", "writes", "deletes"] as const;
/** What one identity may ask of a subscription is counted in these three ("Understand how Azure Resource Manager throttles requests", 2026). */
type Kind = (typeof kinds)[number];
export type Counted = Readonly<Record<Kind, number>>;

/** POST counts as a write, whatever it does. */
const kindOf = ({ method }: ArmCall): Kind =>
  method === "GET" || method === "HEAD" ? "reads" : method === "DELETE" ? "deletes" : "writes";

export const isThrottled = ({ status }: ArmCall): boolean => status === 429;

/** How many calls of each kind were let through. */
export function countOf(calls: readonly ArmCall[]): Counted {
  const count = { reads: 0, writes: 0, deletes: 0 };
  for (const call of calls) if (!isThrottled(call)) count[kindOf(call)] += 1;
  return count;
}

/** What somebody wishes for, and what it takes when nobody else is there. */
export interface Wished {
  /** Milliseconds. */
  readonly at: number;
  readonly seconds: number;
  readonly calls: Counted;
}

/**
 * The shortest times that the limits allow, in seconds, in the order of the wishes: none is done before it would be done alone, and none
 * before each bucket has let through its calls and those of all who came before. A bucket holds so many calls at first, and so many more come
 * back a second.
 */
export function shortest(wishes: readonly Wished[]): readonly number[] {
  const levels = kinds.map((kind) => ({
    kind,
    rate: azureLimits[kind],
    left: azureLimits[kind].most,
    at: 0,
  }));
  return wishes.map(({ at, seconds, calls }) => {
    const waits = levels.map((level) => {
      const refilled = refill(level, at);
      level.left = refilled - calls[level.kind];
      level.at = at;
      // Below nothing is what those before have been promised.
      return Math.max(0, -level.left) / level.rate.perSecond;
    });
    return Math.max(seconds, ...waits);
  });
}

/** A call of a wish that nobody else disturbs. */
export interface Ordered {
  readonly kind: Kind;
  /** In so many seconds after it the wish is done. */
  readonly left: number;
}

export const orderOf = (calls: readonly ArmCall[], doneAt: number): readonly Ordered[] =>
  calls
    .filter((call) => !isThrottled(call))
    .map((call) => ({ kind: kindOf(call), left: (doneAt - call.at) / 1000 }));

/**
 * The shortest time that the limits allow for so many of the same wish at once, in seconds. Until the bucket has let through the first k calls of
 * all, somebody has still to make their k-th, and needs after it what anybody needs: most of the calls of a request come before Azure builds, so
 * that who is last in them starts to wait for Azure late.
 */
export function shortestTogether(count: number, seconds: number, calls: readonly Ordered[]): number {
  const bounds = kinds.flatMap((kind) => {
    const { most, perSecond } = azureLimits[kind];
    return calls
      .filter((call) => call.kind === kind)
      .map(({ left }, i) => Math.max(0, count * (i + 1) - most) / perSecond + Math.max(0, left));
  });
  return Math.max(seconds, ...bounds);
}

/** Full at first: nothing was taken since for ever. */
const refill = ({ rate, left, at }: { rate: Rate; left: number; at: number }, now: number): number =>
  Math.min(rate.most, left + ((now - at) / 1000) * rate.perSecond);

/** How many calls the network's own limits count in the fullest five minutes ("Networking limits", 2026: 10,000 reads, 1,000 writes). */
export function busiestOfNetwork(calls: readonly ArmCall[]): {
  readonly reads: number;
  readonly writes: number;
} {
  const ofNetwork = calls.filter(({ path }) => /\/providers\/microsoft\.network\//i.test(path));
  const most = (isWanted: (call: ArmCall) => boolean) => {
    const times = ofNetwork.filter(isWanted).map(({ at }) => at);
    let end = 0;
    return times.reduce((max, from, i) => {
      while ((times[end] ?? Number.POSITIVE_INFINITY) < from + 300_000) end += 1;
      return Math.max(max, end - i);
    }, 0);
  };
  return {
    reads: most((call) => kindOf(call) === "reads"),
    writes: most((call) => kindOf(call) !== "reads"),
  };
}
