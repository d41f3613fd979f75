import type { World } from "../world.ts";
import type { Level, Rate } from "./limits.ts";

/** One bucket that a call uses, and the header that says what is left in it. */
export interface Drawn {
  /** Whose bucket it is, and for what. */
  readonly key: string;
  readonly header: string;
  /** If the header holds several: which of them. */
  readonly policy?: string;
  readonly rate: Rate;
}

/** What the answer says about the buckets; `short`: one was empty, so nothing was taken; it has a token again in this many seconds. */
export interface Taken {
  readonly headers: Readonly<Record<string, string>>;
  readonly short?: { readonly bucket: Drawn; readonly seconds: number };
}

/** Takes one token from each bucket, or none if any is empty. Without limits, all count as full. */
export function take({ limits, buckets, now }: World, drawn: readonly Drawn[]): Taken {
  const levels = drawn.map((bucket) => ({
    bucket,
    left: limits ? leftIn(buckets[bucket.key], bucket.rate, now) : bucket.rate.most,
  }));
  const short = levels.find(({ left }) => left < 1);
  const after = levels.map(({ bucket, left }) => ({ bucket, left: short ? left : left - 1 }));
  if (limits) for (const { bucket, left } of after) buckets[bucket.key] = { left, at: now };
  const headers = headersOf(after);
  if (!short) return { headers };
  const { bucket, left } = short;
  return { headers, short: { bucket, seconds: Math.ceil((1 - left) / bucket.rate.perSecond) } };
}

function leftIn(level: Level | undefined, { most, perSecond }: Rate, now: number): number {
  if (!level) return most;
  return Math.min(most, level.left + (Math.max(0, now - level.at) / 1000) * perSecond);
}

/** Joins several policies into one header, as clients join several headers of the same name. */
function headersOf(levels: readonly { readonly bucket: Drawn; readonly left: number }[]) {
  const headers: Record<string, string> = {};
  for (const { bucket, left } of levels) {
    const count = `${Math.max(0, Math.floor(left))}`;
    const value = bucket.policy === undefined ? count : `${bucket.policy};${count}`;
    const before = headers[bucket.header];
    headers[bucket.header] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}
