import type { Clock } from "../core/clock.ts";
import { plenty } from "./stretch.ts";

/**
 * How many calls the bot has left, as Azure's answers say. The buckets belong to the bot's identity, so all of its processes read the
 * same in their own answers.
 */
export interface Buckets {
  /** @param vm the name of the VM that the call was about, if there was one */
  note(headers: Iterable<readonly [string, string]>, vm?: string): void;
  /** The lowest share, 0 to 1, now left in the buckets that a call for this VM counts against; 1 if nothing is known. */
  least(vm: string): number;
}

/** The state of a bucket at Azure's last answer. */
interface Reading {
  readonly share: number;
  /** In milliseconds. */
  readonly at: number;
  /** How many milliseconds it takes to fill an empty one. */
  readonly fillMs: number;
  /** The one VM whose bucket it is. Absent: it is shared by all. */
  readonly vm: string | undefined;
}

/** One bucket in the headers of an answer. */
interface Left {
  readonly name: string;
  readonly count: number;
}

const prefix = "x-ms-ratelimit-remaining-";
/** Several limits of a service in one header: `Microsoft.Compute/GetVM3Min;159,…` ("Troubleshooting API throttling errors", Microsoft Learn, 2026). */
const ofService = "resource";

/** How many calls there are at most, and in how many seconds they come back. */
interface Limit {
  readonly most: number;
  readonly fillSeconds: number;
  /** Whether each VM, or each operation, has its own. */
  readonly isOwn?: true;
}

/** Compute fills its buckets in three minutes, whatever their size ("Compute throttling limits", Microsoft Learn, 2026). */
const computeFillSeconds = 180;
/** More than the largest bucket of one VM has, and less than the smallest of a subscription: 45 and 900 (same page). */
const ownMost = 100;
const ofAll = (most: number): Limit => ({ most, fillSeconds: computeFillSeconds });
const ofOne = (most: number): Limit => ({ ...ofAll(most), isOwn: true });

/** Resource Manager's own limits. */
const reads: Limit = { most: 250, fillSeconds: 10 };
const changes: Limit = { most: 200, fillSeconds: 20 };
/** What all identities share is 15 times one identity's. */
const shared = ({ most, fillSeconds }: Limit): Limit => ({ most: 15 * most, fillSeconds });
/**
 * "Understand how Azure Resource Manager throttles requests" and "Compute throttling limits", both Microsoft Learn, 2026. No document lists
 * Compute's names: these follow those that were seen until 2023, such as `Microsoft.Compute/PutVM3Min;239`.
 */
const known: Readonly<Record<string, Limit>> = {
  "subscription-reads": reads,
  "subscription-writes": changes,
  "subscription-deletes": changes,
  "subscription-global-reads": shared(reads),
  "subscription-global-writes": shared(changes),
  "subscription-global-deletes": shared(changes),
  "tenant-reads": reads,
  "tenant-writes": changes,
  "tenant-deletes": changes,
  "Microsoft.Compute/GetVM3Min": ofAll(24_000),
  "Microsoft.Compute/GetVMResource3Min": ofOne(36),
  "Microsoft.Compute/PutVM3Min": ofAll(1500),
  "Microsoft.Compute/PutVMResource3Min": ofOne(12),
  "Microsoft.Compute/UpdateVM3Min": ofAll(1500),
  "Microsoft.Compute/UpdateVMResource3Min": ofOne(12),
  "Microsoft.Compute/DeleteVM3Min": ofAll(1500),
  "Microsoft.Compute/DeleteVMResource3Min": ofOne(12),
  "Microsoft.Compute/ListVM3Min": ofAll(900),
  "Microsoft.Compute/GetOperation3Min": ofAll(15_000),
  "Microsoft.Compute/GetOperationResource3Min": ofOne(45),
};

/** Of answers within this time the lowest counts, because they may have overtaken each other. In milliseconds. */
const togetherMs = 5000;

/** @param pace seconds of Azure per real second: 1, unless a simulated Azure runs faster */
export function bucketsBy(clock: Clock, pace: number): Buckets {
  // Azure says how many calls are left, but not out of how many: the most that was seen of a limit stands for that, unless more is known.
  const mostSeen = new Map<string, number>();
  // Only buckets that are low.
  const readings = new Map<string, Reading>();
  const shareOf = ({ share, at, fillMs }: Reading, now: number) =>
    Math.min(1, share + Math.max(0, now - at) / fillMs);

  function noteOne({ name, count }: Left, now: number, asked: string | undefined): void {
    const limit = known[name];
    const most = Math.max(limit?.most ?? 1, mostSeen.get(name) ?? 0, count);
    mostSeen.set(name, most);
    const isOwn = limit ? limit.isOwn : most < ownMost;
    // There is no way to know whose it is.
    if (isOwn && asked === undefined) return;
    const vm = isOwn ? asked : undefined;
    const key = vm === undefined ? name : `${name} ${vm}`;
    const share = count / most;
    const before = readings.get(key);
    if (before && now - before.at < togetherMs && before.share <= share) return;
    if (share >= plenty) return void readings.delete(key);
    const fillMs = ((limit?.fillSeconds ?? computeFillSeconds) * 1000) / pace;
    readings.set(key, { share, at: now, fillMs, vm });
    // No one looks at a deleted VM again, so its reading would stay.
    for (const [old, reading] of readings) if (shareOf(reading, now) >= plenty) readings.delete(old);
  }

  return {
    note(headers, vm) {
      const now = clock.now().getTime();
      for (const left of leftIn(headers)) noteOne(left, now, vm?.toLowerCase());
    },
    least(vm) {
      const now = clock.now().getTime();
      const own = [...readings.values()].filter((one) => one.vm === undefined || one.vm === vm);
      return Math.min(1, ...own.map((reading) => shareOf(reading, now)));
    },
  };
}

/** What the headers of an answer say is left. Leaves out what can't be read: the answer is good without it. */
function leftIn(headers: Iterable<readonly [string, string]>): readonly Left[] {
  return [...headers].flatMap(([header, value]) => {
    const name = header.toLowerCase();
    if (!name.startsWith(prefix)) return [];
    const of = name.slice(prefix.length);
    if (of !== ofService) return countIn(of, value);
    return value.split(",").flatMap((each) => {
      const [policy = "", count = ""] = each.split(";");
      return countIn(policy.trim(), count);
    });
  });
}

const countIn = (name: string, text: string): readonly Left[] =>
  /^\d+$/.test(text.trim()) ? [{ name, count: Number(text) }] : [];
