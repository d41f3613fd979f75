import { execFile } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { accountPartition, callDelivery } from "../../bot/core/names.ts";
import { mostTries } from "../../bot/core/store.ts";
import { startChild } from "../../local/child.ts";
import { buildFunctions } from "../../scripts/build.ts";
import { storageAccount } from "../azurite.ts";

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
  // What the bot looks for beside the bundle.
  for (const part of ["host.json", "cloud-init"]) cpSync(part, join(folder, part), { recursive: true });
  metafile = await buildFunctions({ entry: "functions/index.ts", folder: built });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A host with the bundle, as Azure starts it: nothing of this machine's own settings. */
function hostWith(env: Readonly<Record<string, string>>, ...args: string[]) {
  const host = startChild(
    "local/functions/host.ts",
    ["--entry", join(built, "index.js"), "--port", "0", ...args],
    { PATH: process.env["PATH"], ...env },
  );
  let said = "";
  host.onLine((line) => {
    said += `${line}\n`;
  });
  onTestFinished(() => host.stop());
  return { loaded: once(host.process, "message").then(([message]) => message), said: () => said };
}
const ready = z.object({ ready: z.object({ port: z.number(), functions: z.array(z.string()) }) });
const all = ["access", "health", "interactions", "messages", "sweep", "work"];

test("the built bundle registers exactly the bot's functions", async () => {
  expect(await hostWith(settings).loaded).toEqual({ ready: { port: expect.any(Number), functions: all } });
});

const storage = { AzureWebJobsStorage: settings["AzureWebJobsStorage"] ?? "" };
const { KEY_VAULT_URL: _, ...withoutVault } = settings;
/** Whoever answers 503, whoever does not, and what health says. */
const wrong: [string, Record<string, string>, readonly string[], readonly string[], RegExp][] = [
  ["are missing", storage, ["interactions", "messages", "access/x"], [], /KEY_VAULT_URL is missing/],
  ["lack one", withoutVault, ["interactions", "messages", "access/x"], [], /^KEY_VAULT_URL is missing$/],
  [
    "are what the host leaves of a vault that it can't read",
    { ...settings, DISCORD_PUBLIC_KEY: "@Microsoft.KeyVault(SecretUri=https://a/secrets/key-in-the-vault)" },
    ["interactions"],
    ["messages"],
    /^DISCORD_PUBLIC_KEY is missing$/,
  ],
  [
    "are wrong for one platform",
    { ...settings, MicrosoftAppId: "none-of-your-business" },
    ["messages"],
    ["interactions"],
    /^MicrosoftAppId /,
  ],
];
test.each(wrong)(
  "all functions are registered where settings %s, and each call is answered",
  async (_what, env, refusing, working, fault) => {
    const host = hostWith(env);
    const { port, functions } = ready.parse(await host.loaded).ready;
    expect(functions).toEqual(all);
    const status = async (route: string) => {
      const method = route.startsWith("access") ? "GET" : "POST";
      return (await fetch(`http://localhost:${port}/api/${route}`, { method })).status;
    };
    for (const route of [...refusing, ...refusing]) expect(await status(route)).toBe(503);
    // Nobody has signed these.
    for (const route of working) expect(await status(route)).toBe(401);
    const health = await fetch(`http://localhost:${port}/api/health`);
    expect(health.status).toBe(503);
    const { settings: faults } = z.object({ settings: z.array(z.string()) }).parse(await health.json());
    expect(faults).toContainEqual(expect.stringMatching(fault));
    // By their names alone, and in the log once.
    expect(`${host.said()}${faults.join()}`).not.toMatch(/key-in-the-vault|none-of-your-business/);
    expect(host.said().split("settings are missing or wrong")).toHaveLength(2);
  },
);

test("without any token of Discord's a ping is answered, as Discord asks before it takes the address", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  const key = { DISCORD_PUBLIC_KEY: Buffer.from(x, "base64url").toString("hex") };
  const { port } = ready.parse(await hostWith({ ...settings, ...key }).loaded).ready;
  const body = JSON.stringify({ type: 1, id: "1", application_id: "1", token: "t", version: 1 });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    "x-signature-timestamp": timestamp,
    "x-signature-ed25519": sign(null, Buffer.from(timestamp + body), privateKey).toString("hex"),
  };
  const answer = await fetch(`http://localhost:${port}/api/interactions`, { method: "POST", headers, body });
  expect([answer.status, await answer.json()]).toEqual([200, { type: 1 }]);
});

test("what is queued while settings are wrong goes to the poison queue", async () => {
  const account = storageAccount();
  const hostJson = join(folder, "impatient.json");
  writeFileSync(hostJson, JSON.stringify({ version: "2.0", extensions: { queues: { maxDequeueCount: 2 } } }));
  const queues = QueueServiceClient.fromConnectionString(account);
  const message = JSON.stringify({ kind: "operation", member: "somebody", id: "op1" });
  await queues.getQueueClient("work").create();
  await queues.getQueueClient("work").sendMessage(Buffer.from(message).toString("base64"));
  const host = hostWith({ ...withoutVault, AzureWebJobsStorage: account }, "--host-json", hostJson);
  await host.loaded;
  const poison = queues.getQueueClient("work-poison");
  const taken = await vi.waitFor(
    async () => {
      const [first] = (await poison.receiveMessages()).receivedMessageItems;
      expect(first).toBeDefined();
      return first;
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(Buffer.from(taken?.messageText ?? "", "base64").toString()).toBe(message);
  expect(host.said()).toContain("KEY_VAULT_URL is missing");
});

test("the worker hears from the host which try it is: the last is answered", async () => {
  const account = storageAccount();
  const hostJson = join(folder, "quick.json");
  const queues = { maxDequeueCount: mostTries, visibilityTimeout: "00:00:01" };
  writeFileSync(hostJson, JSON.stringify({ version: "2.0", extensions: { queues } }));
  const caller = { platform: "discord", id: "1100000000000000101", name: "Ada Admin" };
  const partition = accountPartition(caller);
  const call = {
    ...{ id: "c1", account: caller, people: {}, at: new Date().toISOString(), done: false },
    // Azure can't be asked here.
    line: { command: "roster add", options: { entra: "mia@contoso.com" } },
    replyTo: { platform: "discord", account: caller.id, data: {} },
  };
  const state = TableClient.fromConnectionString(account, "state", { allowInsecureConnection: true });
  await state.createTable();
  await state.createEntity({ partitionKey: partition, rowKey: "call:c1", json: JSON.stringify(call) });
  const work = QueueServiceClient.fromConnectionString(account).getQueueClient("work");
  await work.create();
  const message = JSON.stringify({ kind: "call", member: partition, id: "c1" });
  await work.sendMessage(Buffer.from(message).toString("base64"));
  const env = { ...settings, AzureWebJobsStorage: account, BOOTSTRAP_ADMINS: `discord:${caller.id}` };
  const host = hostWith(env, "--host-json", hostJson);
  await host.loaded;
  await vi.waitFor(
    async () => {
      const answer = await state.getEntity<{ json: string }>(partition, `delivery:${callDelivery("c1")}`);
      expect(answer.json).toContain("Something went wrong on our side");
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(host.said()).toContain(`try ${mostTries - 1} of ${mostTries}`);
});

test("a cold start reads the registrations, the Functions library and what answers a PING, and nothing else", async () => {
  const recorder = ["--import", pathToFileURL("test/functions/recordLoads.ts").href];
  const { stdout } = await run(process.execPath, [...recorder, join(built, "index.js")], {
    env: { ...process.env, ...settings },
  });
  const urls = z.array(z.string()).parse(JSON.parse(stdout));
  const files = urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
  const outputs = files.map((file) => metafile.outputs[relative(process.cwd(), file)]);
  const inputs = outputs.flatMap((output) => Object.keys(output?.inputs ?? {}));
  const ours = /^(functions|bot|scripts)\//;
  const light = /^node_modules\/(@azure\/functions|@azure\/functions-extensions-base|cookie)\//;
  expect(inputs).toContain("functions/interactions.ts");
  expect(inputs.filter((input) => !ours.test(input) && !light.test(input))).toEqual([]);
  expect(outputs.reduce((sum, output) => sum + (output?.bytes ?? 0), 0)).toBeLessThan(160_000);
});

test("everything else is in chunks that are loaded on demand, and each of them loads", async () => {
  const chunks = Object.keys(metafile.outputs).filter((path) => /chunks\/.*\.js$/.test(path));
  expect(chunks.length).toBeGreaterThan(1);
  const all = join(folder, "all.js");
  writeFileSync(all, chunks.map((path) => `import ${JSON.stringify(pathToFileURL(path).href)};\n`).join(""));
  await run(process.execPath, [all], { env: { ...process.env, ...settings } });
});
