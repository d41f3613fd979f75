import * as z from "zod";

const item = z.object({
  currencyCode: z.string(),
  retailPrice: z.number(),
  unitOfMeasure: z.string(),
  productName: z.string(),
  skuName: z.string(),
  meterName: z.string(),
  armSkuName: z.string().nullish(),
});
export type PriceItem = z.infer<typeof item>;
export const pricePage = z.object({ Items: z.array(item), NextPageLink: z.string().nullish() });

/** One thing that Azure bills: the filter for the price list, and which of the items is meant. */
export interface Meter {
  readonly filter: string;
  fits(item: PriceItem): boolean;
}

const where = (location: string, ...terms: readonly string[]): string =>
  [`armRegionName eq '${location}'`, "priceType eq 'Consumption'", ...terms].join(" and ");

/** An hour of a Linux VM. */
export const vmMeter = (location: string, size: string): Meter => ({
  filter: where(location, "serviceName eq 'Virtual Machines'", `armSkuName eq '${size}'`),
  fits: ({ unitOfMeasure, productName, skuName }) =>
    unitOfMeasure === "1 Hour" &&
    !productName.includes("Windows") &&
    !productName.includes("CloudServices") &&
    !/Spot|Low Priority/.test(skuName),
});

/** A month of a managed disk: billed by the size class that holds it. */
export function diskMeter(location: string, disk: { sku: string; sizeGb: number }): Meter {
  const meter = `${diskClass(disk)} LRS Disk`;
  return {
    filter: where(location, "serviceName eq 'Storage'", `meterName eq '${meter}'`),
    fits: ({ unitOfMeasure, meterName }) => unitOfMeasure === "1/Month" && meterName === meter,
  };
}

/** An hour of a static public address. */
export const addressMeter = (location: string): Meter => {
  const meter = "Standard IPv4 Static Public IP";
  return {
    filter: where(location, "serviceName eq 'Virtual Network'", `meterName eq '${meter}'`),
    fits: ({ unitOfMeasure, meterName }) => unitOfMeasure === "1 Hour" && meterName === meter,
  };
};

/** Size in GiB and number of the classes (Microsoft Learn, "Managed disk types", 2026); Standard HDD starts at 32. */
const classes = [
  [4, 1],
  [8, 2],
  [16, 3],
  [32, 4],
  [64, 6],
  [128, 10],
  [256, 15],
  [512, 20],
  [1024, 30],
  [2048, 40],
  [4096, 50],
] as const;

export function diskClass(disk: { sku: string; sizeGb: number }): string {
  const kind = disk.sku.startsWith("Premium") ? "P" : disk.sku.startsWith("StandardSSD") ? "E" : "S";
  const least = kind === "S" ? 32 : 0;
  const [, number] = classes.find(([sizeGb]) => sizeGb >= Math.max(disk.sizeGb, least)) ?? [0, 80];
  return `${kind}${number}`;
}
