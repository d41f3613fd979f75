import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startChild } from "../../local/child.ts";
import { buildFunctions } from "../../scripts/build.ts";

/*
 * A bundle that registers nothing starts without an error, and a bundle that loads everything at once makes a cold start
 * miss Discord's three seconds. Neither shows in any other test.
 */
const folder = mkdtempSync(join(tmpdir(), "bundle-"));
const built = join(folder, "functions");
const run = promisify(execFile);
const settings = z
  .object({ Values: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync("local.settings.example.json", "utf8"))).Values;
let metafile: Metafile;
beforeAll(async () => {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  metafile = await buildFunctions({ entry: "functions/index.ts", folder: built });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the Functions host says when it has loaded the bundle. */
async function loaded(env: Readonly<Record<string, string>>): Promise<unknown> {
  const host = startChild("local/functions/host.ts", ["--entry", join(built, "index.js"), "--port", "0"], {
    env: { PATH: process.env["PATH"], ...env },
    output: "pipe",
  });
  host.process.stdout?.resume();
  const [message] = await once(host.process, "message");
  await host.stop();
  return message;
}

test("the built bundle registers exactly the bot's functions", async () => {
  expect(await loaded(settings)).toEqual({
    ready: {
      port: expect.any(Number),
      functions: ["access", "health", "interactions", "messages", "sweep", "work"],
    },
  });
});

test("without its settings it does not start, and says all that is missing", async () => {
  const message = JSON.stringify(await loaded({ AzureWebJobsStorage: "UseDevelopmentStorage=true" }));
  for (const setting of ["KEY_VAULT_URL", "AZURE_CLIENT_ID", "SUBNET_ID"])
    expect(message).toContain(`${setting} is missing`);
});

test("a cold start reads the registrations, the Functions library and the settings, and no SDK", async () => {
  const recorder = ["--import", pathToFileURL("test/functions/recordLoads.ts").href];
  const { stdout } = await run(process.execPath, [...recorder, join(built, "index.js")], {
    env: { ...process.env, ...settings },
  });
  const urls = z.array(z.string()).parse(JSON.parse(stdout));
  const files = urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
  const outputs = files.map((file) => metafile.outputs[relative(process.cwd(), file)]);
  const inputs = outputs.flatMap((output) => Object.keys(output?.inputs ?? {}));
  const ours = /^(functions|bot|scripts)\//;
  const light = /^node_modules\/(@azure\/functions|@azure\/functions-extensions-base|cookie|zod)\//;
  expect(inputs).toContain("functions/interactions.ts");
  expect(inputs.filter((input) => !ours.test(input) && !light.test(input))).toEqual([]);
  expect(outputs.reduce((sum, output) => sum + (output?.bytes ?? 0), 0)).toBeLessThan(800_000);
});

test("everything else is in chunks that are loaded on demand, and each of them loads", async () => {
  const chunks = Object.keys(metafile.outputs).filter((path) => /chunks\/.*\.js$/.test(path));
  expect(chunks.length).toBeGreaterThan(1);
  const all = join(folder, "all.js");
  writeFileSync(all, chunks.map((path) => `import ${JSON.stringify(pathToFileURL(path).href)};\n`).join(""));
  await run(process.execPath, [all], { env: { ...process.env, ...settings } });
});
