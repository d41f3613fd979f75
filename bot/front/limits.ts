import { type Clock, hourMs, minuteMs } from "../core/clock.ts";
import { Stranger, TooMany } from "../core/errors.ts";
import { accountKey } from "../core/member.ts";
import type { Limits, Looked } from "../parts.ts";

/** How many calls someone may send: so many at once, and so many more each second. */
interface Rate {
  readonly atOnce: number;
  readonly perSecond: number;
}

/** Typing an option: people type a few letters a second, and some clients ask for choices with each. */
const typing: Rate = { atOnce: 30, perSecond: 5 };

/** What is left. */
interface Bucket {
  /** Not always a whole number. */
  readonly left: number;
  /** The time of that. */
  readonly at: Date;
}

/** A bucket refilled up to now. A clock that goes back refills nothing. */
function filled(bucket: Bucket | undefined, { atOnce, perSecond }: Rate, now: Date): Bucket {
  if (!bucket) return { left: atOnce, at: now };
  const seconds = Math.max(0, now.getTime() - bucket.at.getTime()) / 1000;
  return { left: Math.min(atOnce, bucket.left + seconds * perSecond), at: now };
}

/** Takes one out. `waitSeconds`: 0 if there was one, otherwise the whole seconds until there is. */
export function taken(
  bucket: Bucket | undefined,
  rate: Rate,
  now: Date,
): { readonly bucket: Bucket; readonly waitSeconds: number } {
  const full = filled(bucket, rate, now);
  if (full.left >= 1) return { bucket: { ...full, left: full.left - 1 }, waitSeconds: 0 };
  return { bucket: full, waitSeconds: Math.ceil((1 - full.left) / rate.perSecond) };
}

/** A full bucket holds no more information than a new one. */
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
  /** When they were last told to wait. */
  readonly toldAt?: Date | undefined;
}

/** Someone who has to wait gets an answer in words at most once in this time, in milliseconds. */
const silence = minuteMs;
/** Above this many buckets, the full ones are forgotten. */
const few = 256;

/** Everyone's buckets. Full ones are forgotten, so that there are only as many as recent callers. */
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
    /** A caller who turns out to be someone else gets another rate from then on. */
    turnTo(key: string, rate: Rate): void {
      const kept = buckets.get(key);
      if (!kept || kept.rate === rate) return;
      buckets.set(key, { ...kept, bucket: underRate(kept.bucket, kept.rate, rate, clock.now()), rate });
    },
  };
}

const wasTold = (one: Kept | undefined, now: Date): boolean =>
  one?.toldAt !== undefined && now.getTime() - one.toldAt.getTime() < silence;

/** The look-ups in progress, and how many calls wait for each. `most`: how many may wait. */
function looksAt(most: number) {
  const looks = new Map<string, { readonly over: Promise<Looked>; waiting: number }>();
  return {
    turn(key: string): Promise<Looked> | undefined {
      const look = looks.get(key);
      if (!look) return undefined;
      // Without words: of the waiting calls, at least one waits longer and says so.
      if (look.waiting >= most) throw new TooMany(1, false);
      look.waiting += 1;
      return look.over;
    },
    looking(key: string, look: Promise<unknown>): void {
      if (looks.has(key)) return;
      const over = lookedFrom(look).finally(() => looks.delete(key));
      // If nothing waits for it, its failure is no one's concern.
      over.catch(() => undefined);
      looks.set(key, { over, waiting: 0 });
    },
  };
}

/** A look-up that ends in this error has found a stranger, who may also have sent too much. */
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
  /** For all strangers on a platform together. */
  readonly stranger: Rate;
}

/** What a process remembers of its callers. */
export interface Memory {
  /** By account, or by platform for its strangers. */
  readonly buckets: Map<string, Kept>;
  /** When each call first came, oldest first. */
  readonly calls: Map<string, number>;
  /** When each account turned out to be a stranger, oldest first. */
  readonly strangers: Map<string, number>;
}

/** How long a request can be sent again: on one platform five minutes, on the other an hour, while a token lives. In milliseconds. */
export const repeatable = hourMs;
/** How many calls are remembered at most; each takes some 100 bytes. */
const mostCalls = 50_000;
/** How long a stranger counts as one without another look. In milliseconds. */
const strange = minuteMs;
/** How many strangers are remembered at most. */
const mostStrangers = 10_000;

/** The limits for all callers, in memory. */
export function limitsIn(
  rates: Rates,
  clock: Clock,
  { buckets, calls, strangers }: Memory = { buckets: new Map(), calls: new Map(), strangers: new Map() },
): Limits {
  const known = new Map<string, "member" | "admin">();
  const looks = looksAt(rates.admin.atOnce);
  const kept = bucketsIn(buckets, clock);
  const isStranger = (key: string) => isIn(strangers, key, strange, mostStrangers, clock);
  const hasRoom = (key: string, rate: Rate) => kept.asked(key, rate).waitSeconds === 0;
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
    admitTyping(account) {
      const key = accountKey(account);
      return !isStranger(key) && hasRoom(`typing ${key}`, typing);
    },
    admitLookAtTyping({ platform, id }) {
      if (!known.has(accountKey({ platform, id }))) kept.take(`unknown typing ${platform}`, rates.stranger);
    },
    hasRoomFor: (platform) => hasRoom(`news ${platform}`, rates.stranger),
    found(account, who) {
      const key = accountKey(account);
      // Keep the newest last.
      strangers.delete(key);
      if (who === "stranger") {
        // This makes room for it.
        isStranger(key);
        strangers.set(key, clock.now().getTime());
        known.delete(key);
      } else known.set(key, who);
      kept.turnTo(key, who === "admin" ? rates.admin : rates.member);
    },
  };
}

/** Whether one of them is remembered, after forgetting those that are too old or too many. */
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
