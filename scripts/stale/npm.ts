import { satisfies } from "semver";
import { z } from "zod";
import { ask } from "./ask.ts";
import type { Fault } from "./fault.ts";
import type { Pin } from "./pins.ts";

const advisories = z.record(
  z.string(),
  z.array(
    z.object({ url: z.string(), title: z.string(), severity: z.string(), vulnerable_versions: z.string() }),
  ),
);

/**
 * What npm's advisories say about these: one request, with names and versions only, like that of `npm audit`
 * (npm/npm-audit-report and npm/cli, `@npmcli/arborist/lib/audit-report.js`, 2026).
 * @throws SourceFault
 */
export async function npmFaults(registry: string, pins: readonly Pin[]): Promise<readonly Fault[]> {
  const versions: Record<string, string[]> = {};
  for (const { known, version } of pins) versions[known] = [...new Set(versions[known]).add(version)];
  const found = await ask(advisories, `${registry}/-/npm/v1/security/advisories/bulk`, versions);
  return pins.flatMap((pin) =>
    (found[pin.known] ?? [])
      .filter(({ vulnerable_versions: range }) =>
        satisfies(pin.version, range, { includePrerelease: true, loose: true }),
      )
      .map(({ title, severity, url }) => ({ pin, says: `${severity}: ${title}`, url })),
  );
}

const packument = z.object({
  "dist-tags": z.object({ latest: z.string() }),
  versions: z.record(z.string(), z.unknown()),
  time: z.record(z.string(), z.string()),
});

/** What npm has for a package. */
export interface Published {
  readonly latest: string;
  readonly versions: readonly string[];
  /** When a version came out, ISO 8601. */
  readonly times: Readonly<Record<string, string>>;
}

/** @throws SourceFault */
export async function published(registry: string, name: string): Promise<Published> {
  const {
    "dist-tags": tags,
    versions,
    time,
  } = await ask(packument, `${registry}/${name.replace("/", "%2f")}`);
  return { latest: tags.latest, versions: Object.keys(versions), times: time };
}
