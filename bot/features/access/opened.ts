import { minuteMs } from "../../core/clock.ts";
import type { Access } from "../../core/instance.ts";
import { covers, widest } from "../../steps/ranges.ts";

/** Asking again within this time changes nothing worth a new rule. */
const sameMinutes = 15;

/**
 * What is open after a request for an address. An address in a range that is already open is covered by that range. Addresses in a new
 * range stay on record until the range is in Azure's rule: if Azure refused it, they would otherwise never be closed.
 * @param open the addresses on record whose time is not over
 */
export function opened(
  open: readonly Access[],
  asked: string,
  wanted: Date,
): {
  /** What is opened: the requested address, or the open range that includes it. */
  readonly address: string;
  readonly until: string;
  /** It is already open for about as long, so nothing changes. */
  readonly isSo: boolean;
  readonly access: readonly Access[];
  /** How many others are open then. */
  readonly others: number;
} {
  const [there] = open
    .filter((one) => covers(one.address, asked))
    .toSorted((a, b) => b.until.localeCompare(a.until));
  const address = there?.address ?? asked;
  const sooner = there ? wanted.getTime() - Date.parse(there.until) : undefined;
  const isSo =
    sooner !== undefined &&
    // Asking for one address never shortens the time of a whole range.
    (address === asked ? Math.abs(sooner) : sooner) < sameMinutes * minuteMs;
  const until = isSo && there ? there.until : wanted.toISOString();
  const beside = open.filter((one) => one.address !== address);
  return {
    address,
    until,
    isSo,
    access: isSo ? open : [...beside, { address, until }],
    others: widest([address, ...beside.map((one) => one.address)]).length - 1,
  };
}
