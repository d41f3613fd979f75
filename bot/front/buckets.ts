import type { Clock } from "../core/clock.ts";
import { TooMany } from "../core/errors.ts";
import { type Bucket, isFull, type Rate, taken, underRate } from "./bucket.ts";

export interface Kept {
  readonly bucket: Bucket;
  readonly rate: Rate;
  /** When they were told last that they have to wait. */
  readonly toldAt?: Date | undefined;
}

/** Whoever has to wait is told so in words once in that time, in milliseconds. */
const silence = 60_000;
/** As many buckets are kept before it is looked for some that can be forgotten. */
const few = 256;

/** Everybody's buckets. Those that are full are forgotten, so that there are as many as people who have just asked for something. */
export function bucketsIn(buckets: Map<string, Kept>, clock: Clock) {
  let most = few;

  function forget(now: Date): void {
    for (const [key, one] of buckets)
      if (isFull(one.bucket, one.rate, now) && !wasTold(one, now)) buckets.delete(key);
    most = Math.max(few, 2 * buckets.size);
  }

  function asked(key: string, rate: Rate): { readonly waitSeconds: number; readonly tells: boolean } {
    const now = clock.now();
    const before = buckets.get(key);
    const { bucket, waitSeconds } = taken(before?.bucket, rate, now);
    const tells = waitSeconds > 0 && !wasTold(before, now);
    buckets.set(key, { bucket, rate, toldAt: tells ? now : before?.toldAt });
    if (buckets.size > most) forget(now);
    return { waitSeconds, tells };
  }

  return {
    asked,
    /** @throws TooMany */
    take(key: string, rate: Rate): void {
      const { waitSeconds, tells } = asked(key, rate);
      if (waitSeconds > 0) throw new TooMany(waitSeconds, tells);
    },
    /** Who is found to be somebody else has another rate from then on. */
    turnTo(key: string, rate: Rate): void {
      const kept = buckets.get(key);
      if (!kept || kept.rate === rate) return;
      buckets.set(key, { ...kept, bucket: underRate(kept.bucket, kept.rate, rate, clock.now()), rate });
    },
  };
}

const wasTold = (one: Kept | undefined, now: Date): boolean =>
  one?.toldAt !== undefined && now.getTime() - one.toldAt.getTime() < silence;
