import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startChild } from "../../local/child.ts";
import { buildFunctions, eagerFiles } from "../../scripts/build.ts";

/*
 * A bundle that registers nothing starts without an error, and a bundle that loads everything at once makes a cold start
 * miss Discord's three seconds. Neither shows in any other test.
 */
const folder = mkdtempSync(join(tmpdir(), "bundle-"));
const built = join(folder, "functions");
let metafile: Metafile;
beforeAll(async () => {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  metafile = await buildFunctions({ entry: "functions/index.ts", folder: built });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the Functions host says when it has loaded the bundle. */
async function loaded(settings: Readonly<Record<string, string>>): Promise<unknown> {
  const host = startChild("local/functions/host.ts", ["--entry", join(built, "index.js"), "--port", "0"], {
    env: { PATH: process.env["PATH"], ...settings },
    output: "pipe",
  });
  host.process.stdout?.resume();
  const [message] = await once(host.process, "message");
  await host.stop();
  return message;
}

test("the built bundle registers exactly the bot's functions", async () => {
  const { Values } = JSON.parse(readFileSync("local.settings.example.json", "utf8"));
  expect(await loaded(Values)).toEqual({
    ready: { port: expect.any(Number), functions: ["health", "interactions", "messages", "sweep", "work"] },
  });
});

test("without its settings it does not start, and says all that is missing", async () => {
  const message = JSON.stringify(await loaded({ AzureWebJobsStorage: "UseDevelopmentStorage=true" }));
  for (const setting of ["KEY_VAULT_URL", "AZURE_CLIENT_ID", "SUBNET_ID"])
    expect(message).toContain(`${setting} is missing`);
});

test("a cold start reads the registrations and the Functions library, and nothing else", () => {
  const eager = eagerFiles(metafile, relative(process.cwd(), join(built, "index.js")));
  const inputs = [...eager.keys()].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}));
  const allowed =
    /^functions\/|^scripts\/commonjs-globals\.ts$|^node_modules\/(@azure\/functions|@azure\/functions-extensions-base|cookie)\//;
  expect(inputs.filter((input) => !allowed.test(input))).toEqual([]);
  const bytes = [...eager.values()].reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThan(200_000);
});

test("everything else is in chunks that are loaded on demand, and each of them loads", async () => {
  const chunks = Object.keys(metafile.outputs).filter((path) => /chunks\/.*\.js$/.test(path));
  expect(chunks.length).toBeGreaterThan(1);
  const all = join(folder, "all.js");
  writeFileSync(all, chunks.map((path) => `import ${JSON.stringify(pathToFileURL(path).href)};\n`).join(""));
  await promisify(execFile)(process.execPath, [all]);
});
