import { Hono } from "hono";
import { regions, sizes } from "./compute/catalog.ts";
import { strike, type World } from "./world.ts";

type Item = Record<string, string | number | boolean>;

/** A price list in the shape of the Azure Retail Prices API; US dollars of 2026, the same in every region. */
export function prices(world: World): Hono {
  const app = new Hono();
  app.get("/api/retail/prices", (c) => {
    if (strike(world, "prices")) return c.text("Service Unavailable", 503);
    const filter = c.req.query("$filter") ?? "";
    const wanted = [...filter.matchAll(/(\w+) eq '([^']*)'/g)];
    const parts = [...filter.matchAll(/contains\((\w+),\s*'([^']*)'\)/gi)];
    const fits = (item: Item) =>
      wanted.every(
        ([, key = "", value]) => item[key] === value || (key === "priceType" && item["type"] === value),
      ) && parts.every(([, key = "", value = ""]) => String(item[key]).includes(value));
    const items = regions.flatMap(({ name, displayName }) => catalogue(name, displayName)).filter(fits);
    return c.json({
      BillingCurrency: "USD",
      CustomerEntityId: "Default",
      CustomerEntityType: "Retail",
      Items: items,
      NextPageLink: null,
      Count: items.length,
    });
  });
  return app;
}

type Made = (
  serviceName: string,
  productName: string,
  skuName: string,
  meterName: string,
  price: number,
  unit: string,
  armSkuName?: string,
) => Item;

/** The items of a region. */
const itemsIn =
  (region: string, location: string): Made =>
  (serviceName, productName, skuName, meterName, price, unit, armSkuName = "") => ({
    currencyCode: "USD",
    tierMinimumUnits: 0,
    retailPrice: price,
    unitPrice: price,
    armRegionName: region,
    location,
    effectiveStartDate: "2026-01-01T00:00:00Z",
    meterName,
    productName,
    skuName,
    serviceName,
    serviceFamily:
      serviceName === "Virtual Machines" ? "Compute" : serviceName === "Storage" ? "Storage" : "Networking",
    unitOfMeasure: unit,
    type: "Consumption",
    isPrimaryMeterRegion: true,
    armSkuName,
  });

function catalogue(region: string, location: string): Item[] {
  const item = itemsIn(region, location);
  const machines = sizes.flatMap((size) => {
    const short = size.name.replace("Standard_", "").replaceAll("_", " ");
    const series = `Virtual Machines ${size.family.replace(/^standard|Family$/g, "")} Series`;
    const machine = (product: string, sku: string, price: number) =>
      item("Virtual Machines", product, sku, sku, price, "1 Hour", size.name);
    return [
      machine(series, short, size.price),
      machine(`${series} Windows`, short, Number((size.price * 1.2).toFixed(4))),
      machine(series, `${short} Spot`, Number((size.price / 5).toFixed(4))),
      machine(series, `${short} Low Priority`, Number((size.price / 4).toFixed(4))),
    ];
  });
  const disk = (product: string, sku: string, price: number) =>
    item("Storage", product, `${sku} LRS`, `${sku} LRS Disk`, price, "1/Month");
  return [
    ...machines,
    disk("Standard SSD Managed Disks", "E3", 0.6),
    disk("Standard SSD Managed Disks", "E4", 2.4),
    disk("Standard SSD Managed Disks", "E6", 4.8),
    disk("Standard SSD Managed Disks", "E10", 9.6),
    disk("Standard HDD Managed Disks", "S4", 1.54),
    disk("Premium SSD Managed Disks", "P4", 5.28),
    disk("Premium SSD Managed Disks", "P6", 10.21),
    item(
      "Storage",
      "Standard SSD Managed Disks",
      "Snapshots LRS",
      "Snapshots LRS Snapshots",
      0.05,
      "1 GB/Month",
    ),
    item("Virtual Network", "IP Addresses", "Standard", "Standard IPv4 Static Public IP", 0.005, "1 Hour"),
  ];
}
