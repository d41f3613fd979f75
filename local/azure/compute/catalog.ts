/** What the simulated regions offer: a few sizes with their real figures (Microsoft Learn, size series pages, 2026). */
export interface Size {
  readonly name: string;
  readonly family: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Temporary disk; a VM can't be resized between sizes with and without one. */
  readonly temporaryGb: number;
  /** US dollars per hour, Linux, East US 2. */
  readonly price: number;
}

const size = (
  name: string,
  family: string,
  cores: number,
  memoryGb: number,
  temporaryGb: number,
  price: number,
): Size => ({
  name,
  family,
  cores,
  memoryGb,
  temporaryGb,
  price,
});

export const sizes: readonly Size[] = [
  size("Standard_B2ats_v2", "standardBasv2Family", 2, 1, 0, 0.0094),
  size("Standard_B2als_v2", "standardBasv2Family", 2, 4, 0, 0.0425),
  size("Standard_B2as_v2", "standardBasv2Family", 2, 8, 0, 0.086),
  size("Standard_B4als_v2", "standardBasv2Family", 4, 8, 0, 0.132),
  size("Standard_B4as_v2", "standardBasv2Family", 4, 16, 0, 0.15),
  size("Standard_B2s", "standardBSFamily", 2, 4, 8, 0.0416),
  size("Standard_B2ms", "standardBSFamily", 2, 8, 16, 0.0832),
  size("Standard_D2as_v5", "standardDASv5Family", 2, 8, 0, 0.086),
  size("Standard_D4as_v5", "standardDASv5Family", 4, 16, 0, 0.172),
  size("Standard_D2ads_v5", "standardDADSv5Family", 2, 8, 75, 0.103),
];

export const sizeOf = (name: string | undefined) =>
  sizes.find((candidate) => candidate.name.toLowerCase() === name?.toLowerCase());

export const regions: readonly { readonly name: string; readonly displayName: string }[] = [
  { name: "eastus", displayName: "East US" },
  { name: "eastus2", displayName: "East US 2" },
  { name: "northeurope", displayName: "North Europe" },
  { name: "westeurope", displayName: "West Europe" },
  { name: "westus3", displayName: "West US 3" },
];

/** The subscription's quota in a region: cores in total and per family, and public addresses. */
export const limits = { cores: 100, family: 50, vms: 25_000, scaleSets: 2_500, publicAddresses: 1_000 };

interface Image {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
  /** Oldest first. */
  readonly versions: readonly string[];
}

const ubuntu = ["24.04.202605210", "24.04.202606180", "24.04.202607230", "24.04.202608010"];

export const images: readonly Image[] = [
  { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server", versions: ubuntu },
  { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "minimal", versions: ubuntu },
  {
    publisher: "Canonical",
    offer: "0001-com-ubuntu-server-jammy",
    sku: "22_04-lts-gen2",
    versions: ["22.04.202607230"],
  },
];

export const imageOf = (publisher: unknown, offer: unknown, sku: unknown) =>
  images.find((image) =>
    [publisher, offer, sku].every(
      (value, i) =>
        String(value).toLowerCase() === [image.publisher, image.offer, image.sku][i]?.toLowerCase(),
    ),
  );
