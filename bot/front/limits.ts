import { type Account, accountKey } from "../core/account.ts";
import type { Clock } from "../core/clock.ts";
import type { UnreadCall } from "../core/platform.ts";
import type { Rate } from "./bucket.ts";
import { bucketsIn, type Kept } from "./buckets.ts";
import { type Looked, looksAt } from "./looks.ts";

export interface Rates {
  readonly member: Rate;
  readonly admin: Rate;
  /** Of all of a platform's strangers together. */
  readonly stranger: Rate;
}

/** Who somebody was found to be. */
type Found = "stranger" | "member" | "admin";
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

/** A request of a platform can be sent again for so long: those of one for five minutes, those of another while a token lives, an hour. In milliseconds. */
const repeatable = 3_600_000;
/** The most calls that are remembered: each takes some 100 bytes. */
const mostCalls = 50_000;
/** A stranger is taken for one for so long, without a look. In milliseconds. */
const strange = 60_000;
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
