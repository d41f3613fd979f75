import { dayMs, minuteMs } from "./clock.ts";
import { isOwed } from "./delivery.ts";
import { isLook } from "./operation.ts";
import type { Settings } from "./settings.ts";
import type { RowKind, RowKinds } from "./store.ts";

/** How long rows of a kind are kept. docs/data.md shows the same table. */
export interface Lifetime<T> {
  /** Which rows of the kind, if their lifetimes differ. */
  readonly of?: string;
  /** In days; `audit`: as many as the policy keeps the audit; `stays`: as long as the bot has its storage. */
  readonly days: number | "audit" | "stays";
  /** From when the days count. */
  readonly after?: string;
  /** That time in ISO 8601. Undefined if the row isn't one of these, or is still needed. */
  readonly since?: (value: T, id: string) => string | undefined;
}

const stays = [{ days: "stays" }] as const;

/**
 * Every kind of row. What is used for minutes is kept for 30 days: far longer than any platform repeats a call, and longer than
 * anything takes that such a row belongs to.
 */
export const lifetimes: { readonly [K in RowKind]: readonly Lifetime<RowKinds[K]>[] } = {
  member: stays,
  instance: stays,
  op: [
    {
      of: "of a look",
      days: 30,
      after: "it started",
      since: (operation) => (isLook(operation.name) ? endedSince(operation) : undefined),
    },
    {
      of: "of anything else",
      days: "audit",
      after: "it started",
      since: (operation) => (isLook(operation.name) ? undefined : endedSince(operation)),
    },
  ],
  delivery: [
    {
      days: 30,
      after: "it was written",
      since: (delivery) => (isOwed(delivery) ? undefined : delivery.at),
    },
  ],
  audit: [{ days: "audit", after: "it was written", since: ({ at }) => at }],
  claim: [{ days: 30, after: "it was written", since: ({ at }) => at }],
  confirm: [{ days: 30, after: "it has expired", since: ({ expiresAt }) => expiresAt }],
  call: [{ days: 30, after: "it was made", since: ({ at }) => at }],
  accessLinks: [
    {
      days: 30,
      after: "the last of them has expired",
      since: ({ given }) =>
        given
          .map(({ expiresAt }) => expiresAt)
          .toSorted()
          .at(-1),
    },
  ],
  linkCode: [{ days: 30, after: "it has expired", since: ({ expiresAt }) => expiresAt }],
  linking: [
    {
      days: 30,
      after: "it was written last",
      since: ({ given, failed }) =>
        [...given.flatMap(({ at, linked }) => [at, linked?.at ?? at]), ...failed].toSorted().at(-1),
    },
  ],
  policy: stays,
  bulk: [{ days: 30, after: "it was listed", since: ({ listedAt }) => listedAt }],
  config: [
    { of: "of the team", days: "stays" },
    {
      of: "that did not become the team's",
      days: 30,
      after: "it was made",
      since: ({ changedAt }, id) => (id === "" ? undefined : changedAt),
    },
  ],
  import: [{ days: 30, after: "it was listed", since: ({ listedAt }) => listedAt }],
  inbox: stays,
  platform: stays,
  usual: stays,
};

const endedSince = ({ status, startedAt }: RowKinds["op"]): string | undefined =>
  status === "running" ? undefined : startedAt;

/** When a former member's instance is torn down. */
export const keptUntil = (now: Date, { keepDays }: Pick<Settings, "keepDays">): Date =>
  new Date(now.getTime() + keepDays * dayMs);

/** Whether a row has expired. */
export function isOver<K extends RowKind>(
  kind: K,
  id: string,
  value: RowKinds[K],
  now: Date,
  auditDays: number,
): boolean {
  return lifetimes[kind].some(({ days, since }) => {
    const from = since?.(value, id);
    if (from === undefined || days === "stays") return false;
    return now.getTime() - Date.parse(from) > (days === "audit" ? auditDays : days) * dayMs;
  });
}

/**
 * What the cache holds per person, as `<platform>-<kind>-<person>`, or per call of theirs, with the call after that; and for how
 * many days after the last write. Everything else has one row each, which is overwritten.
 */
export const cacheLifetimes = { answer: 1, reference: 365 } as const;

/** Whether a cache entry has expired. `at`: ISO 8601, when it was written. */
export function isCacheOver(name: string, at: string, now: Date): boolean {
  const [, kind] = name.split("-");
  const [, days] = Object.entries(cacheLifetimes).find(([each]) => each === kind) ?? [];
  return days !== undefined && now.getTime() - Date.parse(at) > days * dayMs;
}

/** How long the token for a call's only-you answer works, on the platform where it works longest. In minutes. */
export const tokenMinutes = 15;

/**
 * How long after it came a call can still be run, and its files can be fetched: their addresses are kept no longer, so a call run later would
 * find none. In minutes.
 */
export const callMinutes = 15;

/** When the last token or file address in a row expires. Undefined if the row has none. */
export function tokensEnd(value: unknown): Date | undefined {
  let last: number | undefined;
  JSON.stringify(value, (name, inner) => {
    const end = openerIn(name, inner)?.end;
    if (end !== undefined) last = Math.max(last ?? 0, end);
    return inner;
  });
  return last === undefined ? undefined : new Date(last);
}

/** The same row without its expired tokens and file addresses. Undefined if there are none. */
export function withoutDeadTokens(value: unknown, now: Date): unknown {
  let found = false;
  const left = JSON.stringify(value, (name, inner) => {
    const opener = openerIn(name, inner);
    if (!opener || opener.end > now.getTime()) return inner;
    found = true;
    return { ...inner, [opener.is]: undefined };
  });
  return found ? JSON.parse(left) : undefined;
}

/**
 * What gives access: the token in the address of an answer, and the addresses of files, which are fetched for that answer.
 * `end`: in ms since 1970. A token without a known start can't be used.
 */
function openerIn(name: string, inner: unknown): { is: "token" | "files"; end: number } | undefined {
  if (typeof inner !== "object" || inner === null) return undefined;
  const is = name === "data" && "token" in inner ? "token" : hasFiles(inner) ? "files" : undefined;
  if (is === undefined) return undefined;
  const given = "at" in inner ? Date.parse(String(inner.at)) : Number.NaN;
  return {
    is,
    end: Number.isNaN(given) ? 0 : given + (is === "token" ? tokenMinutes : callMinutes) * minuteMs,
  };
}

const hasFiles = (inner: object): boolean =>
  "files" in inner &&
  typeof inner.files === "object" &&
  inner.files !== null &&
  Object.keys(inner.files).length > 0;
