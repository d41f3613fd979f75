import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startChild } from "../../local/child.ts";
import { buildApp } from "../../scripts/build.ts";
import { storageAccount } from "../azurite.ts";

/* An instance that nobody has called yet loads the bot by itself, in pieces. */
const folder = mkdtempSync(join(tmpdir(), "warm-"));
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const settings = z
  .object({ Values: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync("local.settings.example.json", "utf8"))).Values;
const ready = z.object({ ready: z.object({ port: z.number() }) });

beforeAll(() => buildApp(folder));
afterAll(() => rmSync(folder, { recursive: true }));

/** The Functions host with the bot, once it could be called, and what the bot has said since. */
async function started(env: Readonly<Record<string, string>>) {
  const host = startChild(
    "local/functions/host.ts",
    ["--entry", join(folder, "functions", "index.js"), "--port", "0"],
    {
      PATH: process.env["PATH"],
      ...settings,
      // The last 32 bytes of an Ed25519 key in DER form are the key itself.
      DISCORD_PUBLIC_KEY: publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex"),
      AzureWebJobsStorage: storageAccount(),
      // Nobody gives tokens here: what needs one is left out.
      IDENTITY_ENDPOINT: "http://127.0.0.1:9/token",
      IDENTITY_HEADER: "none",
      ...env,
    },
  );
  let said = "";
  host.process.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const { port } = ready.parse((await once(host.process, "message"))[0]).ready;
  return { port, said: () => said, stop: host.stop };
}

const warm = /"message":"the bot is warm","milliseconds":(\{[^}]*\})/;

/** Discord's PING, and for how many milliseconds it had to wait. */
async function ping(port: number): Promise<number> {
  const body = JSON.stringify({ type: 1 });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const began = performance.now();
  const answer = await fetch(`http://localhost:${port}/api/interactions`, {
    method: "POST",
    headers: {
      "x-signature-ed25519": sign(null, Buffer.from(timestamp + body), privateKey).toString("hex"),
      "x-signature-timestamp": timestamp,
    },
    body,
  });
  expect(await answer.json()).toEqual({ type: 1 });
  return performance.now() - began;
}

test("it loads the bot, its connections and each platform unasked; who calls meanwhile is answered in time", async () => {
  const host = await started({});
  const waits: number[] = [];
  // One that comes before would load the bot itself.
  await sleep(900);
  while (!warm.test(host.said())) {
    waits.push(await ping(host.port));
    await sleep(20);
  }
  const [, took = ""] = warm.exec(host.said()) ?? [];
  await host.stop();
  expect(Object.keys(JSON.parse(took))).toEqual(["storage", "queue", "discord", "teams"]);
  const longest = Math.round(Math.max(...waits));
  process.stdout.write(
    `Loading took ${took} ms; of ${waits.length} PINGs meanwhile the longest took ${longest} ms.\n`,
  );
  expect(longest).toBeLessThan(2500);
});

test.for(["1", "generalized"])("it loads nothing while it stands ready for any app (%s)", async (mode) => {
  const host = await started({ WEBSITE_PLACEHOLDER_MODE: mode });
  await sleep(2500);
  expect(host.said()).not.toContain("the bot is warm");
  await host.stop();
});

test("a piece that can't be loaded is left out", async () => {
  const nobody = "AccountName=a;AccountKey=YQ==;DefaultEndpointsProtocol=http";
  const endpoints = ["Blob", "Queue", "Table"].map((service) => `${service}Endpoint=http://127.0.0.1:9/a`);
  const host = await started({ AzureWebJobsStorage: [nobody, ...endpoints].join(";") });
  while (!warm.test(host.said())) await sleep(50);
  const [, took = ""] = warm.exec(host.said()) ?? [];
  expect(Object.keys(JSON.parse(took))).toEqual(["discord", "teams"]);
  await ping(host.port);
  await host.stop();
});
