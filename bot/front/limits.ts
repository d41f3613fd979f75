import { type Account, accountKey } from "../core/account.ts";
import type { Clock } from "../core/clock.ts";
import { Stranger, TooMany } from "../core/errors.ts";
import type { UnreadCall } from "../core/platform.ts";
import { type Bucket, isFull, type Rate, taken, underRate } from "./bucket.ts";

export interface Rates {
  readonly member: Rate;
  readonly admin: Rate;
  /** Of all of a platform's strangers together. */
  readonly stranger: Rate;
}

/** Who somebody was found to be. */
type Found = "stranger" | "member" | "admin";
/** What a look at somebody came to. */
type Looked = "stranger" | "known";
/** Whose allowance a call was taken from: the caller's own, or the one that strangers share. */
export type Allowance = "own" | "strangers";

/** How much each may ask of this process. What must hold over several of them is held by rows. */
export interface Limits {
  /**
   * Somebody who is not known as a member is being looked up: their other calls wait for that one look, and are counted after it, so that a
   * burst costs one. Ends with what it found; undefined: there is nothing to wait for.
   * @throws TooMany where more wait than anybody may send at once
   * @throws what the look has failed with
   */
  turn(account: Account): Promise<Looked> | undefined;
  /** Somebody is being looked up. */
  looking(account: Account, look: Promise<unknown>): void;
  /**
   * Counts a call before anything is read for it. One that has come before does not count, unless it is from somebody who was found to be
   * a stranger within a minute: theirs are taken from what strangers share.
   * @throws TooMany
   */
  admit(call: Pick<UnreadCall, "id" | "account">): Allowance;
  /** Counts a call whose caller is nobody here. @throws TooMany */
  admitStranger(platform: string): void;
  /** Counts what a platform tells by itself, such as that somebody has added the bot: as much as its strangers may send, beside that. */
  hasRoomFor(platform: string): boolean;
  /** Who has been found to be somebody has their rate from then on. */
  found(account: Account, who: Found): void;
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

interface Kept {
  readonly bucket: Bucket;
  readonly rate: Rate;
  /** When they were told last that they have to wait. */
  readonly toldAt?: Date | undefined;
}

/** Whoever has to wait is told so in words once in that time, in milliseconds. */
const silence = 60_000;
/** A request of a platform can be sent again for so long: those of one for five minutes, those of another while a token lives, an hour. In milliseconds. */
const repeatable = 3_600_000;
/** As many buckets are kept before it is looked for some that can be forgotten. */
const few = 256;
/** The most calls that are remembered: each takes some 100 bytes. */
const mostCalls = 50_000;
/** A stranger is taken for one for so long, without a look. In milliseconds. */
const strange = 60_000;
/** The most strangers that are remembered. */
const mostStrangers = 10_000;

/** Everybody's buckets, in memory. Those that are full are forgotten, so that there are as many as people who have just asked for something. */
export function limitsIn(
  rates: Rates,
  clock: Clock,
  { buckets, calls, strangers }: Memory = { buckets: new Map(), calls: new Map(), strangers: new Map() },
): Limits {
  const known = new Map<string, "member" | "admin">();
  const looks = new Map<string, { readonly over: Promise<Looked>; waiting: number }>();
  let most = few;

  function take(key: string, rate: Rate): void {
    const { waitSeconds, tells } = asked(key, rate);
    if (waitSeconds > 0) throw new TooMany(waitSeconds, tells);
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

  function forget(now: Date): void {
    for (const [key, one] of buckets)
      if (isFull(one.bucket, one.rate, now) && !wasTold(one, now)) buckets.delete(key);
    most = Math.max(few, 2 * buckets.size);
  }

  /** Whether something is remembered of those, after what is too old, or too much, is forgotten. */
  function isIn(remembered: Map<string, number>, key: string, milliseconds: number, most: number): boolean {
    const now = clock.now().getTime();
    for (const [oldest, at] of remembered) {
      if (now - at < milliseconds && remembered.size < most) break;
      remembered.delete(oldest);
    }
    return remembered.has(key);
  }

  const admitStranger = (platform: string) => take(`strangers ${platform}`, rates.stranger);
  return {
    turn(account) {
      const key = accountKey(account);
      const look = looks.get(key);
      if (!look || known.has(key)) return undefined;
      // Without a word: of those that wait, at least one has to wait longer, and is told so.
      if (look.waiting >= rates.admin.atOnce) throw new TooMany(1, false);
      look.waiting += 1;
      return look.over;
    },
    looking(account, look) {
      const key = accountKey(account);
      if (looks.has(key)) return;
      const over = lookedFrom(look).finally(() => looks.delete(key));
      // Where nobody waits, nobody has to hear of it.
      over.catch(() => undefined);
      looks.set(key, { over, waiting: 0 });
    },
    admit({ id, account }) {
      const key = accountKey(account);
      if (isIn(strangers, key, strange, mostStrangers)) {
        admitStranger(account.platform);
        return "strangers";
      }
      const call = `${account.platform} ${id}`;
      if (isIn(calls, call, repeatable, mostCalls)) return "own";
      take(key, known.get(key) === "admin" ? rates.admin : rates.member);
      calls.set(call, clock.now().getTime());
      return "own";
    },
    admitStranger,
    hasRoomFor: (platform) => asked(`news ${platform}`, rates.stranger).waitSeconds === 0,
    found(account, who) {
      const key = accountKey(account);
      // The newest stands last.
      strangers.delete(key);
      if (who === "stranger") {
        isIn(strangers, key, strange, mostStrangers);
        strangers.set(key, clock.now().getTime());
      }
      if (who === "stranger") known.delete(key);
      else known.set(key, who);
      const kept = buckets.get(key);
      const rate = who === "admin" ? rates.admin : rates.member;
      if (!kept || kept.rate === rate) return;
      buckets.set(key, { ...kept, bucket: underRate(kept.bucket, kept.rate, rate, clock.now()), rate });
    },
  };
}

const wasTold = (one: Kept | undefined, now: Date): boolean =>
  one?.toldAt !== undefined && now.getTime() - one.toldAt.getTime() < silence;

/** A stranger is found by a look that ends so, and may have asked too much besides. */
const lookedFrom = (look: Promise<unknown>): Promise<Looked> =>
  look.then(
    () => "known",
    (error: unknown) => {
      if (error instanceof Stranger || error instanceof TooMany) return "stranger";
      throw error;
    },
  );
