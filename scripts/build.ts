import { cp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";
import project from "../package.json" with { type: "json" };

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

/**
 * Makes the folder that is deployed: the bundle, host.json, and the scripts for VMs. Its package.json asks for nothing to be
 * installed or built, so that it makes no difference whether a build runs in Azure as well, as some deployments have it.
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
