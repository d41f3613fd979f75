import { gt, major, rcompare } from "semver";
import { z } from "zod";
import { ask } from "./ask.ts";
import type { Fault } from "./fault.ts";
import type { Pin } from "./pins.ts";

/** https://nodejs.org/dist/index.json as nodejs/nodejs-dist-indexer makes it (2026): newest first, all lines in one list. */
const index = z.array(z.object({ version: z.string(), date: z.string(), security: z.boolean() }));

/**
 * Which pinned versions of Node are older than a security release of their own line.
 * @throws SourceFault
 */
export async function nodeFaults(site: string, pins: readonly Pin[]): Promise<readonly Fault[]> {
  const releases = await ask(index, `${site}/dist/index.json`);
  return pins.flatMap((pin) => {
    const later = releases
      .filter(({ version, security }) => security && major(version) === major(pin.version))
      .filter(({ version }) => gt(version, pin.version))
      .sort((a, b) => rcompare(a.version, b.version))[0];
    if (later === undefined) return [];
    const version = later.version.replace("v", "");
    return [
      {
        pin,
        says: `Node's security release ${version} of ${later.date}`,
        url: `${site}/en/blog/release/${later.version}`,
        mendedBy: version,
      },
    ];
  });
}
