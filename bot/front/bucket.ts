/** How much somebody may ask: so much at once, and so much more with each second. */
export interface Rate {
  readonly atOnce: number;
  readonly perSecond: number;
}

/** What is left of it. */
export interface Bucket {
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
export const underRate = (bucket: Bucket, before: Rate, after: Rate, now: Date): Bucket => ({
  left: Math.max(0, after.atOnce - (before.atOnce - filled(bucket, before, now).left)),
  at: now,
});
