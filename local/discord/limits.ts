import type { Clock } from "../../bot/core/clock.ts";

/** What a call is counted against, and how many calls pass in how many seconds. */
interface Limit {
  readonly bucket: string;
  readonly calls: number;
  readonly seconds: number;
}

/** How a call stands to its limits. In seconds. */
export interface Standing {
  readonly limit: Limit;
  readonly remaining: number;
  readonly resetAfter: number;
  /** Set where it is refused. */
  readonly refused?: { readonly retryAfter: number; readonly global: boolean };
}

/** Of one bot in all ("Rate Limits", 2026-01). */
const everything: Limit = { bucket: "global", calls: 50, seconds: 1 };
/** Discord does not publish these two; they are on the careful side. */
const messages = { calls: 5, seconds: 5 } as const;
const openings: Limit = { bucket: "open", calls: 5, seconds: 5 };
/** Of what has no limit of its own here. */
const other = { calls: 50, seconds: 1 } as const;

function limitOf(method: string, path: string): Limit {
  const channel = /\/channels\/(\d+)\/messages/.exec(path)?.[1];
  if (channel !== undefined && method !== "GET") return { bucket: `${method} ${channel}`, ...messages };
  if (method === "POST" && path.endsWith("/users/@me/channels")) return openings;
  return { bucket: `${method} ${path.replaceAll(/\d{5,}/g, "")}`, ...other };
}

/** Counts calls as Discord does, each process of the bot together with the others: fixed windows that begin with the first call. */
export function limits(clock: Clock): (method: string, path: string) => Standing {
  const windows = new Map<string, { begins: number; used: number }>();
  const windowOf = ({ bucket, seconds }: Limit) => {
    const now = clock.now().getTime();
    const open = windows.get(bucket);
    if (open && now - open.begins < seconds * 1000) return open;
    const opened = { begins: now, used: 0 };
    windows.set(bucket, opened);
    return opened;
  };
  const endsIn = (limit: Limit): number =>
    (windowOf(limit).begins + limit.seconds * 1000 - clock.now().getTime()) / 1000;
  return (method, path) => {
    const limit = limitOf(method, path);
    // What goes with an interaction's token is not counted for the bot ("Rate Limits", 2026-01).
    const counted = path.includes("/webhooks/") ? [limit] : [everything, limit];
    const full = counted.find((one) => windowOf(one).used >= one.calls);
    if (full) {
      const retryAfter = endsIn(full);
      return {
        limit,
        remaining: 0,
        resetAfter: endsIn(limit),
        refused: { retryAfter, global: full === everything },
      };
    }
    for (const one of counted) windowOf(one).used += 1;
    return { limit, remaining: limit.calls - windowOf(limit).used, resetAfter: endsIn(limit) };
  };
}
