import { z } from "zod";
import { ask } from "./ask.ts";
import { type Fault, SourceFault } from "./fault.ts";
import type { Pin } from "./pins.ts";

const services = z.object({ resources: z.array(z.object({ "@id": z.string(), "@type": z.string() })) });
const leaf = z.object({
  catalogEntry: z.object({
    version: z.string(),
    published: z.string().optional(),
    vulnerabilities: z.array(z.object({ advisoryUrl: z.string(), severity: z.string() })).optional(),
  }),
});
/** A page may be in the index itself, or at its own address. */
const page = z.object({ items: z.array(leaf) });
const registration = z.object({ items: z.array(page.partial().extend({ "@id": z.string() })) });

const severities = ["low", "moderate", "high", "critical"];

/** What NuGet says about one version. */
export interface OnNuGet {
  readonly faults: readonly Fault[];
  /** ISO 8601. */
  readonly published: string | undefined;
  readonly latest: string | undefined;
}

/**
 * Known vulnerabilities are in each version's catalogue entry (Microsoft Learn, "Package metadata, NuGet API", 2026).
 * @throws SourceFault
 */
export async function onNuGet(index: string, pin: Pin): Promise<OnNuGet> {
  const { resources } = await ask(services, index);
  const base = resources.find((resource) => resource["@type"] === "RegistrationsBaseUrl/3.6.0")?.["@id"];
  if (base === undefined) throw new SourceFault(`${index}: no RegistrationsBaseUrl/3.6.0`);
  const { items: pages } = await ask(registration, `${base}${pin.name.toLowerCase()}/index.json`);
  const entries = (
    await Promise.all(pages.map(async (found) => found.items ?? (await ask(page, found["@id"])).items))
  )
    .flat()
    .map(({ catalogEntry }) => catalogEntry);
  const entry = entries.find(({ version }) => version === pin.version);
  if (entry === undefined) throw new SourceFault(`${index}: ${pin.name} ${pin.version} is not there`);
  return {
    faults: (entry.vulnerabilities ?? []).map(({ advisoryUrl, severity }) => ({
      pin,
      says: `${severities[Number(severity)] ?? severity}: see the advisory`,
      url: advisoryUrl,
    })),
    published: entry.published,
    latest: entries.at(-1)?.version,
  };
}
