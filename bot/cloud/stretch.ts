/** From this share of a bucket on there is plenty. */
export const plenty = 0.5;
/** A wait becomes so many times as long where nothing is left. */
const mostTimes = 12;
/** No wait becomes longer than that by being stretched, in seconds. */
const mostSeconds = 60;

/** What the length of a wait depends on, beside how much is left. */
export interface Stretching {
  /** From 0 up to 1: nobody who waits comes back at the same moment as all others. */
  random(): number;
  /** Seconds of Azure's in a second: 1, but where Azure is simulated faster. */
  readonly pace: number;
}

/**
 * For how long to wait in place of so many seconds: longer, the less is left below `plenty`. At least half of what that adds is waited for, how
 * much of the other half is chance. Never shorter than was wanted, so that what Azure itself has asked for is kept.
 * @param left the share that is left of what the bot may ask of Azure, 0 to 1
 */
export function stretched(seconds: number, left: number, { random, pace }: Stretching): number {
  const lack = Math.min(1, Math.max(0, 1 - left / plenty));
  const longest = Math.floor(Math.min(seconds * (1 + (mostTimes - 1) * lack), mostSeconds / pace));
  return longest > seconds ? Math.ceil(seconds + (longest - seconds) * (0.5 + random() / 2)) : seconds;
}
