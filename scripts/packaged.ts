import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** Where `npm run openclaw:package` puts what it makes. */
export const packageFolder = resolve(import.meta.dirname, "..", "dist", "openclaw");

/** The checksum of the archive that was packaged in a folder (SHA-256, hex); undefined: none was. */
export function packagedIn(folder: string): string | undefined {
  const about = join(folder, "archive.json");
  if (!existsSync(about)) return undefined;
  return z.object({ sha256: z.string() }).parse(JSON.parse(readFileSync(about, "utf8"))).sha256;
}
