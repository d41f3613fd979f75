import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

/** Where `npm run openclaw:package` puts its result. */
export const packageFolder = resolve(import.meta.dirname, "..", "dist", "openclaw");

const packagedSchema = z.object({ sha256: z.string(), extrasSha256: z.string().optional() });
/** The checksums of the archive and of its extras, if any (SHA-256, hex). */
export type Packaged = z.infer<typeof packagedSchema>;

/** What was packaged in a folder; undefined: nothing, or packaging is in progress. */
export function packagedIn(folder: string): Packaged | undefined {
  const about = join(folder, "archive.json");
  if (!existsSync(about)) return undefined;
  return packagedSchema.parse(JSON.parse(readFileSync(about, "utf8")));
}

/** The SHA-256 of a file, in hex. */
export async function checksumOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
