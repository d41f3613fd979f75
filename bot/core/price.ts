/** What an instance costs in a month of 730 hours. */
export interface Price {
  readonly currency: string;
  readonly running: number;
  readonly stopped: number;
  /** The home disk alone, once the instance is torn down. */
  readonly homeDisk: number;
  /** Not from Azure's price list today, but from the dated table. */
  readonly estimated: boolean;
  /** ISO 8601 date of the figures. */
  readonly asOf: string;
}

export const hoursPerMonth = 730;

const money = (amount: number, currency: string): string =>
  currency === "USD" ? `$${amount.toFixed(2)}` : `${amount.toFixed(2)} ${currency}`;

const source = (price: Price): string => (price.estimated ? `, estimated from prices of ${price.asOf}` : "");

export const pricePhrase = (price: Price): string =>
  `about ${money(price.running, price.currency)} a month while it runs, ${money(price.stopped, price.currency)} while it is stopped${source(price)}`;

/** A sum in words: "about $12.00 a month". */
export const monthlyPhrase = (amount: number, price: Price): string =>
  `about ${money(amount, price.currency)} a month${source(price)}`;

export const homeDiskPricePhrase = (price: Price): string => monthlyPhrase(price.homeDisk, price);
