/**
 * The prices to show if Azure's price list can't be read: pay-as-you-go for Linux in US dollars, East US 2, from the Azure Retail Prices
 * API. Always shown as estimated, with this date.
 */
export const priceTable: {
  readonly asOf: string;
  readonly currency: string;
  /** An hour of a VM. */
  readonly hourly: Readonly<Record<string, number>>;
  /** An hour of one core, for sizes that aren't listed. */
  readonly hourlyPerCore: number;
  /** A month of a GiB on a managed disk. */
  readonly monthlyPerGb: Readonly<Record<string, number>>;
  /** An hour of a static public IPv4 address. */
  readonly hourlyAddress: number;
} = {
  asOf: "2026-08-01",
  currency: "USD",
  hourly: {
    Standard_B2als_v2: 0.0425,
    Standard_B2as_v2: 0.0863,
    Standard_B2s: 0.0416,
    Standard_B2ms: 0.0832,
    Standard_D2as_v5: 0.086,
    Standard_D4as_v5: 0.172,
  },
  hourlyPerCore: 0.05,
  monthlyPerGb: { Standard_LRS: 0.048, StandardSSD_LRS: 0.075, Premium_LRS: 0.165 },
  hourlyAddress: 0.005,
};
