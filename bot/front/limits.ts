import { type Clock, hourMs, minuteMs } from "../core/clock.ts";
import { Stranger, TooMany } from "../core/errors.ts";
import { accountKey } from "../core/member.ts";
import type { Limits, Looked } from "../parts.ts";

/** How much somebody may ask: so much at once, and so much more with each second. */
interface Rate {
  readonly atOnce: number;
  readonly perSecond: number;
}

/** What is left of it. */
interface Bucket {
  /** Not always whole. */
  readonly left: number;
  /** When that was so. */
  readonly at: Date;
}

/** A bucket as it is now, with what was filled in since. A clock that goes back fills in nothing. */
function filled(bucket: Bucket | undefined, { atOnce, perSecond }: Rate, now: Date): Bucket {
  if (!bucket) return { left: atOnce, at: now };
  const seconds = Math.max(0, now.getTime() - bucket.at.getTime()) / 1000;
  return { left: Math.min(atOnce, bucket.left + seconds * perSecond), at: now };
}

/** Takes one out. `waitSeconds`: 0 where there was one, else after how many whole seconds there is. */
export function taken(
  bucket: Bucket | undefined,
  rate: Rate,
  now: Date,
): { readonly bucket: Bucket; readonly waitSeconds: number } {
  const full = filled(bucket, rate, now);
  if (full.left >= 1) return { bucket: { ...full, left: full.left - 1 }, waitSeconds: 0 };
  return { bucket: full, waitSeconds: Math.ceil((1 - full.left) / rate.perSecond) };
}

/** One that is full holds nothing that a new one would not. */
export const isFull = (bucket: Bucket, rate: Rate, now: Date): boolean =>
  filled(bucket, rate, now).left >= rate.atOnce;

/** The same under another rate: what was taken stays taken. */
const underRate = (bucket: Bucket, before: Rate, after: Rate, now: Date): Bucket => ({
  left: Math.max(0, after.atOnce - (before.atOnce - filled(bucket, before, now).left)),
  at: now,
});

interface Kept {
  readonly bucket: Bucket;
  readonly rate: Rate;
  /** When they were told last that they have to wait. */
  readonly toldAt?: Date | undefined;
}

/** Whoever has to wait is told so in words once in that time, in milliseconds. */
const silence = minuteMs;
/** As many buckets are kept before it is looked for some that can be forgotten. */
const few = 256;

/** Everybody's buckets. Those that are full are forgotten, so that there are as many as people who have just asked for something. */
function bucketsIn(buckets: Map<string, Kept>, clock: Clock) {
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

/** Who is being looked up at this moment, and how many of their calls wait for that. `most`: so many at once. */
function looksAt(most: number) {
  const looks = new Map<string, { readonly over: Promise<Looked>; waiting: number }>();
  return {
    turn(key: string): Promise<Looked> | undefined {
      const look = looks.get(key);
      if (!look) return undefined;
      // Without a word: of those that wait, at least one has to wait longer, and is told so.
      if (look.waiting >= most) throw new TooMany(1, false);
      look.waiting += 1;
      return look.over;
    },
    looking(key: string, look: Promise<unknown>): void {
      if (looks.has(key)) return;
      const over = lookedFrom(look).finally(() => looks.delete(key));
      // Where nobody waits, nobody has to hear of it.
      over.catch(() => undefined);
      looks.set(key, { over, waiting: 0 });
    },
  };
}

/** A stranger is found by a look that ends so, and may have asked too much besides. */
const lookedFrom = (look: Promise<unknown>): Promise<Looked> =>
  look.then(
    () => "known",
    (error: unknown) => {
      if (error instanceof Stranger || error instanceof TooMany) return "stranger";
      throw error;
    },
  );

export interface Rates {
  readonly member: Rate;
  readonly admin: Rate;
  /** Of all of a platform's strangers together. */
  readonly stranger: Rate;
}

/** What a process remembers of who has asked. */
export interface Memory {
  /** By account, or by platform for its strangers. */
  readonly buckets: Map<string, Kept>;
  /** When each call came first, the oldest first. */
  readonly calls: Map<string, number>;
  /** When each account was found to be nobody here, the oldest first. */
  readonly strangers: Map<string, number>;
}

/** A request of a platform can be sent again for so long: those of one for five minutes, those of another while a token lives, an hour. In milliseconds. */
const repeatable = hourMs;
/** The most calls that are remembered: each takes some 100 bytes. */
const mostCalls = 50_000;
/** A stranger is taken for one for so long, without a look. In milliseconds. */
const strange = minuteMs;
/** The most strangers that are remembered. */
const mostStrangers = 10_000;

/** What everybody may ask, in memory. */
export function limitsIn(
  rates: Rates,
  clock: Clock,
  { buckets, calls, strangers }: Memory = { buckets: new Map(), calls: new Map(), strangers: new Map() },
): Limits {
  const known = new Map<string, "member" | "admin">();
  const looks = looksAt(rates.admin.atOnce);
  const kept = bucketsIn(buckets, clock);
  const isStranger = (key: string) => isIn(strangers, key, strange, mostStrangers, clock);
  const admitStranger = (platform: string) => kept.take(`strangers ${platform}`, rates.stranger);
  return {
    turn(account) {
      const key = accountKey(account);
      return known.has(key) ? undefined : looks.turn(key);
    },
    looking: (account, look) => looks.looking(accountKey(account), look),
    admit({ id, account }) {
      const key = accountKey(account);
      if (isStranger(key)) {
        admitStranger(account.platform);
        return "strangers";
      }
      const call = `${account.platform} ${id}`;
      if (isIn(calls, call, repeatable, mostCalls, clock)) return "own";
      kept.take(key, known.get(key) === "admin" ? rates.admin : rates.member);
      calls.set(call, clock.now().getTime());
      return "own";
    },
    admitStranger,
    hasRoomFor: (platform) => kept.asked(`news ${platform}`, rates.stranger).waitSeconds === 0,
    found(account, who) {
      const key = accountKey(account);
      // The newest stands last.
      strangers.delete(key);
      if (who === "stranger") {
        // Room is made for it.
        isStranger(key);
        strangers.set(key, clock.now().getTime());
        known.delete(key);
      } else known.set(key, who);
      kept.turnTo(key, who === "admin" ? rates.admin : rates.member);
    },
  };
}

/** Whether something is remembered of those, after what is too old, or too much, is forgotten. */
function isIn(
  remembered: Map<string, number>,
  key: string,
  milliseconds: number,
  most: number,
  clock: Clock,
): boolean {
  const now = clock.now().getTime();
  for (const [oldest, at] of remembered) {
    if (now - at < milliseconds && remembered.size < most) break;
    remembered.delete(oldest);
  }
  return remembered.has(key);
}
