import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskClass } from "../../../bot/cloud/meters.ts";
import { retailPrices } from "../../../bot/cloud/prices.ts";
import { type Server, serve } from "../../../local/serve.ts";

const row = (retailPrice: number, meterName: string, unitOfMeasure: string, more: object = {}) => ({
  currencyCode: "USD",
  retailPrice,
  unitOfMeasure,
  productName: "Virtual Machines Basv2 Series",
  skuName: meterName,
  meterName,
  ...more,
});
const vmRows = [
  row(0.02, "B2als v2", "1 Hour", { productName: "Virtual Machines Basv2 Series Windows" }),
  row(0.01, "B2als v2 Spot", "1 Hour"),
  row(0.01, "B2als v2 Low Priority", "1 Hour"),
];
const listed: Record<string, readonly object[]> = {
  "armSkuName eq 'Standard_B2als_v2'": vmRows,
  "meterName eq 'E4 LRS Disk'": [
    row(2.4, "E4 LRS Disk", "1/Month"),
    row(0.1, "E4 LRS Disk Mount", "1/Month"),
  ],
  "meterName eq 'E6 LRS Disk'": [row(4.8, "E6 LRS Disk", "1/Month")],
  "meterName eq 'Standard IPv4 Static Public IP'": [row(0.005, "Standard IPv4 Static Public IP", "1 Hour")],
};

let server: Server;
let asked: string[];
let reply: (filter: string) => Response | Promise<Response>;
let now: Date;
beforeEach(async () => {
  asked = [];
  now = new Date("2026-09-01T10:00:00Z");
  reply = list;
  server = await serve(
    (request) => {
      const filter = new URL(request.url).searchParams.get("$filter") ?? "";
      asked.push(request.url);
      return reply(filter);
    },
    { port: 0 },
  );
});
afterEach(() => server.close());

/** The Linux price is on the second page. */
function list(filter: string): Response {
  if (filter === "second page")
    return Response.json({ Items: [row(0.0425, "B2als v2", "1 Hour")], NextPageLink: null });
  const [term, Items] = Object.entries(listed).find(([end]) => filter.endsWith(end)) ?? ["", []];
  const more = term.startsWith("armSkuName") ? `${server.url}/api/retail/prices?$filter=second+page` : null;
  return Response.json({ Items, NextPageLink: more });
}

function prices(homeDisk = { sku: "StandardSSD_LRS", sizeGb: 64 }) {
  const rows = new Map<string, { value: unknown; at: string }>();
  return retailPrices({
    pricesUrl: server.url,
    location: "eastus2",
    homeDisk,
    clock: { now: () => now },
    timeoutSeconds: 0.5,
    cache: {
      cached: async (name) => rows.get(name),
      cache: async (name, value, at) => void rows.set(name, { value, at: at.toISOString() }),
    },
  });
}

const size = "Standard_B2als_v2";
const fromList = {
  currency: "USD",
  running: 41.88, // 730 × 0.0425 + 2.40 + 4.80 + 730 × 0.005
  stopped: 10.85,
  homeDisk: 4.8,
  estimated: false,
  asOf: "2026-09-01",
};

describe("the price of an instance", () => {
  it("adds up VM, both disks and the address, for Linux and pay-as-you-go, over all pages", async () => {
    expect(await prices().monthlyPrice(size)).toEqual(fromList);
    expect(asked.map((url) => new URL(url).pathname)).toEqual(Array(5).fill("/api/retail/prices"));
  });

  it("is asked for once a day", async () => {
    const { monthlyPrice } = prices();
    await monthlyPrice(size);
    now = new Date("2026-09-02T09:59:00Z");
    expect((await monthlyPrice(size)).asOf).toBe("2026-09-01");
    expect(asked).toHaveLength(5);
    now = new Date("2026-09-02T10:01:00Z");
    expect((await monthlyPrice(size)).asOf).toBe("2026-09-02");
    expect(asked).toHaveLength(10);
  });

  it("is yesterday's, and says so, when the list can't be reached today", async () => {
    const { monthlyPrice } = prices();
    await monthlyPrice(size);
    now = new Date("2026-09-05T10:00:00Z");
    reply = () => new Response("", { status: 503 });
    expect(await monthlyPrice(size)).toEqual({ ...fromList, estimated: true });
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["can't be reached", () => new Response("", { status: 503 })],
    ["answers nonsense", () => new Response("<html>")],
    ["does not know the size", () => Response.json({ Items: [], NextPageLink: null })],
    [
      "takes too long",
      () => new Promise((resolve) => setTimeout(() => resolve(new Response("")), 2000).unref()),
    ],
  ])("is estimated from the dated table when the list %s", async (_, answer) => {
    reply = answer;
    const price = await prices().monthlyPrice(size);
    expect(price).toMatchObject({ estimated: true, asOf: "2026-08-01", running: 41.88, homeDisk: 4.8 });
  });

  it("is known without asking anybody, where somebody may not wait", async () => {
    const { cachedPrice, monthlyPrice } = prices();
    expect((await cachedPrice(size)).estimated).toBe(true);
    expect(asked).toHaveLength(0);
    await monthlyPrice(size);
    expect(await cachedPrice(size)).toEqual(fromList);
  });

  it("is estimated by cores for a size that the table lacks", async () => {
    const small = await prices().cachedPrice("Standard_X2_v9");
    const large = await prices().cachedPrice("Standard_X8_v9");
    expect(large.running).toBeGreaterThan(3 * (small.running - small.stopped));
  });
});

it.each([
  ["StandardSSD_LRS", 30, "E4"],
  ["StandardSSD_LRS", 4, "E1"],
  ["StandardSSD_LRS", 33, "E6"],
  ["Standard_LRS", 8, "S4"],
  ["Premium_LRS", 1024, "P30"],
])("a disk %s of %i GiB is billed as %s", (sku, sizeGb, expected) => {
  expect(diskClass({ sku, sizeGb })).toBe(expected);
});
