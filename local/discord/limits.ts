import type { Clock } from "../../bot/core/clock.ts";

/** What a call counts against, and how many calls pass in how many seconds. */
interface Limit {
  readonly bucket: string;
  readonly calls: number;
  readonly seconds: number;
}

/** A call's standing with its limits. Times in seconds. */
export interface Standing {
  readonly limit: Limit;
  readonly remaining: number;
  readonly resetAfter: number;
  /** Set if it is refused. */
  readonly refused?: { readonly retryAfter: number; readonly global: boolean };
}

/** For one bot in total ("Rate Limits", 2026-01). */
const everything: Limit = { bucket: "global", calls: 50, seconds: 1 };
/** Discord doesn't publish these two; they err on the careful side. */
const messages = { calls: 5, seconds: 5 } as const;
const openings: Limit = { bucket: "open", calls: 5, seconds: 5 };
/** For calls without a limit of their own here. */
const other = { calls: 50, seconds: 1 } as const;

function limitOf(method: string, path: string): Limit {
  const channel = /\/channels\/(\d+)\/messages/.exec(path)?.[1];
  if (channel !== undefined && method !== "GET") return { bucket: `${method} ${channel}`, ...messages };
  if (method === "POST" && path.endsWith("/users/@me/channels")) return openings;
  return { bucket: `${method} ${path.replaceAll(/\d{5,}/g, "")}`, ...other };
}

/** Counts calls as Discord does, across all of the bot's processes, in fixed windows that start with the first call. */
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
    // A call with an interaction's token doesn't count for the bot ("Rate Limits", 2026-01).
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
