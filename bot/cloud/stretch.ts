/** From this share of a bucket on, there is plenty. */
export const plenty = 0.5;
/** How many times as long a wait becomes when nothing is left. */
const mostTimes = 12;
/** The longest wait that stretching can lead to, in seconds. */
const mostSeconds = 60;

/** What the length of a wait depends on, besides how much is left. */
export interface Stretching {
  /** From 0 to 1, so that not all who wait return at the same moment. */
  random(): number;
  /** Seconds of Azure per real second: 1, unless a simulated Azure runs faster. */
  readonly pace: number;
}

/**
 * How long to wait instead of this many seconds: longer, the less is left below `plenty`. Half of the extra time is fixed, the other half
 * is random. Never shorter than wanted, so that Azure's own waits are respected.
 * @param left the share of the bot's calls to Azure that is left, 0 to 1
 */
export function stretched(seconds: number, left: number, { random, pace }: Stretching): number {
  const lack = Math.min(1, Math.max(0, 1 - left / plenty));
  const longest = Math.floor(Math.min(seconds * (1 + (mostTimes - 1) * lack), mostSeconds / pace));
  return longest > seconds ? Math.ceil(seconds + (longest - seconds) * (0.5 + random() / 2)) : seconds;
}
