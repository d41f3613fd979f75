import { minuteMs } from "../../core/clock.ts";
import type { Access } from "../../core/instance.ts";
import { covers, widest } from "../../steps/ranges.ts";

/** Whoever asks again so soon has nothing to gain by it. */
const sameMinutes = 15;

/**
 * What is open once somebody has asked for an address. One in a range that is open already is left to that range. Those in a range that is new
 * stay on record until it is in Azure's rule: were it refused, their end would be forgotten.
 * @param open what is on record, and whose time is not over
 */
export function opened(
  open: readonly Access[],
  asked: string,
  wanted: Date,
): {
  /** What is opened: what was asked for, or the range in which it lies. */
  readonly address: string;
  readonly until: string;
  /** It is open for about as long already, and is left as it is. */
  readonly isSo: boolean;
  readonly access: readonly Access[];
  /** How many are open then, beside it. */
  readonly others: number;
} {
  const [there] = open
    .filter((one) => covers(one.address, asked))
    .toSorted((a, b) => b.until.localeCompare(a.until));
  const address = there?.address ?? asked;
  const sooner = there ? wanted.getTime() - Date.parse(there.until) : undefined;
  const isSo =
    sooner !== undefined &&
    // Nobody shortens a range by asking for one of its addresses.
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
