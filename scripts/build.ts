import { cp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";
import project from "../package.json" with { type: "json" };

const root = resolve(import.meta.dirname, "..");

/**
 * CommonJS packages inside an ES module still call `require`. Without this the Functions worker logs "Dynamic require of
 * … is not supported" and continues without any function.
 */
const banner = `import { createRequire as createRequireForBundle } from "node:module";
const require = createRequireForBundle(import.meta.url);`;

/**
 * Bundles the functions as ES modules with splitting: a lazy import becomes a separate chunk, which a cold
 * start doesn't read.
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
    // Exists only inside the Functions worker, which resolves this `require` itself.
    external: ["@azure/functions-core"],
    // Its web build uses Node's own fetch, which is loaded anyway, instead of a second undici.
    alias: { "@discordjs/rest": "./node_modules/@discordjs/rest/dist/web.mjs" },
    banner: { js: banner },
    inject: ["scripts/commonjs-globals.ts"],
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/**
 * Creates the folder to deploy: the bundle, host.json, and the scripts for VMs. Its package.json needs nothing installed
 * or built, so it makes no difference if a deployment also runs a build in Azure.
 */
export async function buildApp(folder: string): Promise<Metafile> {
  await rm(folder, { recursive: true, force: true });
  const metafile = await buildFunctions({ entry: "functions/index.ts", folder: join(folder, "functions") });
  const { name, version, type } = project;
  const manifest = { name, version, private: true, type, main: "functions/index.js" };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const part of ["host.json", "cloud-init"])
    await cp(join(root, part), join(folder, part), { recursive: true });
  return metafile;
}

if (import.meta.main) {
  const folder = "dist/app";
  const { outputs } = await buildApp(folder);
  const code = Object.entries(outputs).filter(([path]) => path.endsWith(".js"));
  const bytes = code.reduce((sum, [, output]) => sum + output.bytes, 0);
  process.stdout.write(`${folder}: ${code.length} files, ${Math.round(bytes / 1000)} kB\n`);
}
