import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";

const root = resolve(import.meta.dirname, "..");

/**
 * CommonJS packages inside an ES module still call `require`. Without this the Functions worker logs "Dynamic require of
 * … is not supported" and goes on with no function at all.
 */
const banner = `import { createRequire as createRequireForBundle } from "node:module";
const require = createRequireForBundle(import.meta.url);`;

/**
 * Bundles the functions as ES modules with splitting: what is imported lazily becomes a chunk of its own, which a cold
 * start does not read.
 */
export async function buildFunctions(options: { entry: string; folder: string }): Promise<Metafile> {
  await rm(options.folder, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { index: options.entry },
    outdir: options.folder,
    chunkNames: "chunks/[name]-[hash]",
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    sourcemap: "linked",
    sourcesContent: false,
    // Exists only inside the Functions worker, which answers this `require` itself.
    external: ["@azure/functions-core"],
    // Its build for the web uses Node's own fetch, which is loaded anyway, in place of a second undici.
    alias: { "@discordjs/rest": "./node_modules/@discordjs/rest/dist/web.mjs" },
    banner: { js: banner },
    inject: ["scripts/commonjs-globals.ts"],
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/** The files that loading `entry` reads at once: itself and whatever it imports statically, by path and size in bytes. */
export function eagerFiles(metafile: Metafile, entry: string): Map<string, number> {
  const files = new Map<string, number>();
  const visit = (path: string) => {
    const output = metafile.outputs[path];
    if (output === undefined || files.has(path)) return;
    files.set(path, output.bytes);
    for (const { path: imported, kind } of output.imports) {
      if (kind === "import-statement") visit(imported);
    }
  };
  visit(entry);
  return files;
}

if (import.meta.main) {
  const folder = join("dist", "functions");
  const metafile = await buildFunctions({ entry: "functions/index.ts", folder });
  const eager = [...eagerFiles(metafile, `${folder}/index.js`).values()].reduce(
    (sum, bytes) => sum + bytes,
    0,
  );
  const all = Object.entries(metafile.outputs).reduce(
    (sum, [path, o]) => sum + (path.endsWith(".map") ? 0 : o.bytes),
    0,
  );
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
  process.stdout.write(`${folder}: ${kilobytes(all)}, of which a cold start reads ${kilobytes(eager)}\n`);
}
