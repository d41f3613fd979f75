import * as z from "zod";
import { type Clock, hourMs } from "../core/clock.ts";
import { hoursPerMonth, type Price } from "../core/price.ts";
import type { Settings } from "../core/settings.ts";
import type { Store } from "../core/store.ts";
import { get, parsed } from "./http.ts";
import { addressMeter, diskMeter, type Meter, type PriceItem, pricePage, vmMeter } from "./meters.ts";
import { priceTable } from "./priceTable.ts";

export interface PriceOptions extends Pick<Settings, "location" | "homeDisk"> {
  /** The Azure Retail Prices API, without a trailing slash: `https://prices.azure.com`. */
  readonly pricesUrl: string;
  readonly cache: Pick<Store, "cached" | "cache">;
  readonly clock: Clock;
  /** For all calls together. */
  readonly timeoutSeconds?: number;
}

export interface Prices {
  /** Today's price of an instance of this size. Reads Azure's list once a day. Never fails: if necessary, the table's price, as estimated. */
  monthlyPrice(size: string): Promise<Price>;
  /** What is known without a call to Azure. */
  cachedPrice(size: string): Promise<Price>;
}

const service = "Azure Retail Prices";
const cacheHours = 24;
const rememberedMs = hourMs;
type Cached = Awaited<ReturnType<Store["cached"]>>;
interface Remembered {
  readonly found: Cached;
  /** Milliseconds since 1970. */
  readonly at: number;
}
/** As `infra/instance.bicep` creates it. */
const osDisk = { sku: "StandardSSD_LRS", sizeGb: 30 };

const cachedSchema = z.object({
  currency: z.string(),
  running: z.number(),
  stopped: z.number(),
  homeDisk: z.number(),
  estimated: z.boolean(),
  asOf: z.string(),
});

/** Prices from the Azure Retail Prices API (Microsoft Learn, "Azure Retail Prices overview"), which needs no sign-in. */
export function retailPrices(options: PriceOptions): Prices {
  const { location, homeDisk, cache, clock } = options;
  const entry = (size: string) => `price-${location}-${homeDisk.sku}-${homeDisk.sizeGb}-${size}`;

  const remembered = new Map<string, Remembered>();

  async function known(size: string): Promise<{ price: Price; fresh: boolean } | undefined> {
    const found = await cachedOnce(remembered, size, clock, () => cache.cached(entry(size)));
    const price = cachedSchema.safeParse(found?.value).data;
    if (!found || !price) return undefined;
    const fresh = clock.now().getTime() - Date.parse(found.at) < cacheHours * hourMs;
    // An older price says so, with its date.
    return { price: fresh ? price : { ...price, estimated: true }, fresh };
  }

  async function monthlyPrice(size: string): Promise<Price> {
    const before = await known(size);
    if (before?.fresh) return before.price;
    try {
      const price = await ask(size);
      await cache.cache(entry(size), price, clock.now());
      remembered.delete(size);
      return price;
    } catch {
      // Yesterday's figures are better than the table's; both show their date.
      return before?.price ?? estimate(size, homeDisk);
    }
  }

  async function ask(size: string): Promise<Price> {
    const signal = AbortSignal.timeout((options.timeoutSeconds ?? 5) * 1000);
    const [vm, os, home, address] = await Promise.all(
      [
        vmMeter(location, size),
        diskMeter(location, osDisk),
        diskMeter(location, homeDisk),
        addressMeter(location),
      ].map((meter) => itemOf(options.pricesUrl, meter, signal)),
    );
    if (!vm || !os || !home || !address) throw new Error("the price list does not name everything");
    return priceOf({
      currency: vm.currencyCode,
      hourly: vm.retailPrice,
      osDisk: os.retailPrice,
      homeDisk: home.retailPrice,
      address: address.retailPrice * hoursPerMonth,
      estimated: false,
      asOf: clock.now().toISOString().slice(0, 10),
    });
  }

  return {
    monthlyPrice,
    cachedPrice: async (size) => (await known(size))?.price ?? estimate(size, homeDisk),
  };
}

/** Each process reads the cached price, or its absence, once an hour. */
async function cachedOnce(
  remembered: Map<string, Remembered>,
  size: string,
  clock: Clock,
  read: () => Promise<Cached>,
): Promise<Cached> {
  const now = clock.now().getTime();
  const last = remembered.get(size);
  if (last && now - last.at < rememberedMs) return last.found;
  const found = await read();
  remembered.set(size, { found, at: now });
  return found;
}

/** The cheapest matching item, because a size may be listed under several products. */
async function itemOf(url: string, meter: Meter, signal: AbortSignal): Promise<PriceItem | undefined> {
  const fitting: PriceItem[] = [];
  let next: string | undefined = `${url}/api/retail/prices?$filter=${encodeURIComponent(meter.filter)}`;
  while (next !== undefined) {
    const page: z.infer<typeof pricePage> = parsed(service, await get(service, next, { signal }), pricePage);
    fitting.push(...page.Items.filter((item) => meter.fits(item)));
    next = page.NextPageLink ?? undefined;
  }
  return fitting.sort((a, b) => a.retailPrice - b.retailPrice)[0];
}

function estimate(size: string, homeDisk: { sku: string; sizeGb: number }): Price {
  // The number in a size's name is the number of its cores.
  const cores = Number(/^Standard_[A-Z]+(\d+)/.exec(size)?.[1] ?? 2);
  const disk = ({ sku, sizeGb }: { sku: string; sizeGb: number }) =>
    (priceTable.monthlyPerGb[sku] ?? priceTable.monthlyPerGb["Premium_LRS"] ?? 0) * Math.max(sizeGb, 32);
  return priceOf({
    currency: priceTable.currency,
    hourly: priceTable.hourly[size] ?? cores * priceTable.hourlyPerCore,
    osDisk: disk(osDisk),
    homeDisk: disk(homeDisk),
    address: priceTable.hourlyAddress * hoursPerMonth,
    estimated: true,
    asOf: priceTable.asOf,
  });
}

/** Everything except `hourly` is per month. */
function priceOf(of: {
  currency: string;
  hourly: number;
  osDisk: number;
  homeDisk: number;
  address: number;
  estimated: boolean;
  asOf: string;
}): Price {
  const stopped = of.osDisk + of.homeDisk + of.address;
  const cents = (amount: number) => Math.round(amount * 100) / 100;
  return {
    currency: of.currency,
    running: cents(of.hourly * hoursPerMonth + stopped),
    stopped: cents(stopped),
    homeDisk: cents(of.homeDisk),
    estimated: of.estimated,
    asOf: of.asOf,
  };
}
