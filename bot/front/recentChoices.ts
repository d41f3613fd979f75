import type { Choice } from "../core/card.ts";
import type { Clock } from "../core/clock.ts";
import type { RecentChoices } from "../parts.ts";

/** Long enough for a word, short enough that nobody misses what has changed. In milliseconds. */
const keptMs = 10_000;
/** Far more people than type at the same moment. */
const most = 500;

/** Choices are shared by those who ask for the same within ten seconds, in memory. A search that fails is made again. */
export function recentChoicesIn(clock: Clock): RecentChoices {
  const recent = new Map<string, { readonly at: number; readonly found: Promise<readonly Choice[]> }>();
  return (key, find) => {
    const now = clock.now().getTime();
    for (const [oldest, { at }] of recent) {
      if (now - at < keptMs && recent.size < most) break;
      recent.delete(oldest);
    }
    const known = recent.get(key);
    if (known) return known.found;
    const one = { at: now, found: find() };
    recent.set(key, one);
    one.found.catch(() => {
      if (recent.get(key) === one) recent.delete(key);
    });
    return one.found;
  };
}
