/** What an instance costs in a month of 730 hours. */
export interface Price {
  readonly currency: string;
  readonly running: number;
  readonly stopped: number;
  /** The home disk alone, after the teardown of the instance. */
  readonly homeDisk: number;
  /** From the dated table instead of Azure's current price list. */
  readonly estimated: boolean;
  /** ISO 8601 date of the figures. */
  readonly asOf: string;
}

export const hoursPerMonth = 730;

const money = (amount: number, currency: string, digits = 2): string =>
  currency === "USD" ? `$${amount.toFixed(digits)}` : `${amount.toFixed(digits)} ${currency}`;

const source = (price: Price): string => (price.estimated ? `, estimated from prices of ${price.asOf}` : "");

export const pricePhrase = (price: Price): string =>
  `about ${money(price.running, price.currency)} a month while it runs, ${money(price.stopped, price.currency)} while it is stopped${source(price)}`;

/** Where there is little room: "about $37 a month", for an instance that runs. */
export const roundMonthlyPhrase = ({ running, currency }: Price): string =>
  `about ${money(running, currency, 0)} a month`;

/** How much more or less the second one costs while it runs. */
export function differencePhrase(before: Price, after: Price): string {
  const difference = after.running - before.running;
  const estimated = before.estimated || after.estimated ? ", estimated" : "";
  return `about ${money(Math.abs(difference), after.currency)} a month ${difference < 0 ? "less" : "more"} while it runs${estimated}`;
}

/**
 * A used GB on an incremental snapshot, in US dollars a month (Azure's price list for managed disks, Standard HDD snapshots,
 * East US 2, August 2026). Azure shows the GB in use only on the bill, so the price is an estimate.
 */
const snapshotPerGb = 0.05;

export const snapshotPricePhrase = (sizeGb: number): string =>
  `about ${money(snapshotPerGb, "USD")} a month for each GB in use, ${money(snapshotPerGb * sizeGb, "USD")} at most, estimated from prices of 2026-08`;

/** A sum in words: "about $12.00 a month". */
export const monthlyPhrase = (amount: number, price: Price): string =>
  `about ${money(amount, price.currency)} a month${source(price)}`;

export const homeDiskPricePhrase = (price: Price): string => monthlyPhrase(price.homeDisk, price);
