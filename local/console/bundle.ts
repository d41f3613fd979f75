import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const folder = join(import.meta.dirname, "page");

/** The files of the page by path; the script is bundled when the console starts (about 0.2 s). */
export async function bundlePage(): Promise<Map<string, { type: string; text: string }>> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, "main.ts")],
    bundle: true,
    format: "esm",
    target: "es2024",
    minify: true,
    write: false,
    // The components' own development warnings don't help here.
    conditions: ["production"],
    logLevel: "error",
  });
  const file = (name: string) => readFileSync(join(folder, name), "utf8");
  return new Map([
    ["/", { type: "text/html; charset=utf-8", text: file("index.html") }],
    ["/style.css", { type: "text/css; charset=utf-8", text: file("style.css") }],
    ["/teams.css", { type: "text/css; charset=utf-8", text: file("teams.css") }],
    ["/main.js", { type: "text/javascript; charset=utf-8", text: outputFiles[0]?.text ?? "" }],
  ]);
}
