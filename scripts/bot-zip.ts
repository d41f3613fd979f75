/**
 * `npm run bot:zip`: packs the result of `npm run build` as `dist/bot.zip`, for `az functionapp deployment source config-zip`. This is a
 * script because no command makes a zip on Windows, macOS and Linux alike.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { zipSync } from "fflate";

/** A zip of all files in a folder, with paths relative to it. */
export function zipOf(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const named = files.map((file) => [relative(folder, file).replaceAll(sep, "/"), readFileSync(file)]);
  return zipSync(Object.fromEntries(named));
}

if (import.meta.main) {
  const dist = resolve(import.meta.dirname, "..", "dist");
  const [app, zip] = [join(dist, "app"), join(dist, "bot.zip")];
  if (existsSync(app)) {
    writeFileSync(zip, zipOf(app));
    process.stdout.write(`${zip}\n`);
  } else {
    process.stderr.write("The bot isn't built yet. Run npm run build.\n");
    process.exitCode = 1;
  }
}
