import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Child, startChild } from "../../../local/child.ts";
import { buildFunctions } from "../../../scripts/build.ts";
import { storageAccount } from "../../azurite.ts";

const folder = mkdtempSync(join(tmpdir(), "host-"));
const hostJson = join(folder, "host.json");
const traffic = join(folder, "traffic.ndjson");
const storage = storageAccount();
const queues = QueueServiceClient.fromConnectionString(storage);
const jobs = queues.getQueueClient("jobs");
const message = z.union([
  z.object({ ready: z.object({ port: z.number(), functions: z.array(z.string()) }) }),
  z.object({ failed: z.string() }),
]);

function host(...args: string[]): Child {
  const child = startChild("local/functions/host.ts", ["--host-json", hostJson, ...args], {
    ...process.env,
    AzureWebJobsStorage: storage,
    TRAFFIC_LOG: traffic,
  });
  // The failures below are meant: what the host says about them would only disturb.
  child.process.stdout?.resume();
  return child;
}
const firstMessage = async (child: Child) => message.parse((await once(child.process, "message"))[0]);

const entry = join(folder, "app/index.js");
let running: Child;
let base: string;
let functions: readonly string[];

beforeAll(async () => {
  writeFileSync(
    hostJson,
    JSON.stringify({
      version: "2.0",
      extensions: { queues: { maxDequeueCount: 2, maxPollingInterval: "00:00:01" } },
    }),
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await buildFunctions({ entry: "test/local/functions/fixture.ts", folder: join(folder, "app") });
  await jobs.create();
  running = host(
    ...["--entry", entry, "--port", "0", "--lock-seconds", "1", "--client-address", "203.0.113.7"],
  );
  const told = await firstMessage(running);
  if ("failed" in told) throw new Error(told.failed);
  base = `http://localhost:${told.ready.port}/api`;
  functions = told.ready.functions;
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const seen = async () => {
  const answer = await fetch(`${base}/seen`);
  const body = z.object({
    seen: z.array(z.object({ message: z.unknown(), dequeueCount: z.coerce.number() })),
    ticks: z.array(z.boolean()),
    starts: z.number(),
  });
  return body.parse(await answer.json());
};
const send = (text: string) => jobs.sendMessage(Buffer.from(text).toString("base64"));
const deliveries = async (text: unknown) =>
  (await seen()).seen.filter((entry) => entry.message === text).map(({ dequeueCount }) => dequeueCount);

test("runs every function that the app registers", () => {
  expect(functions.toSorted()).toEqual(["echo", "fails", "interactions", "jobs", "seen", "tick"]);
});

test("tells the app once that it has started", async () => {
  expect((await seen()).starts).toBe(1);
});

test("hands the body over byte for byte, with method, route, query and headers", async () => {
  const body = Uint8Array.from({ length: 256 }, (_, index) => index);
  const answer = await fetch(`${base}/echo/Ada?q=1%202`, {
    method: "POST",
    body,
    headers: { "x-test": "yes", "x-forwarded-for": "198.51.100.1" },
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("x-method")).toBe("POST");
  expect(await answer.json()).toEqual({
    name: "Ada",
    query: "1 2",
    header: "yes",
    forwardedFor: "198.51.100.1, 203.0.113.7:50000",
    body: Buffer.from(body).toString("hex"),
  });
});

test("answers 404 to another method or path, and 500 with nothing else when a function throws", async () => {
  expect((await fetch(`${base}/echo/Ada`)).status).toBe(404);
  expect((await fetch(`${base}/nothing`)).status).toBe(404);
  const failure = await fetch(`${base}/fails`);
  expect(failure.status).toBe(500);
  expect(await failure.text()).toBe("");
});

test("records what comes in for the bot, and nothing else", async () => {
  // The Playground looks whether there is a bot.
  await fetch(`${base}/messages`, { method: "HEAD" });
  await fetch(`${base}/interactions`, {
    method: "POST",
    body: "{}",
    headers: { authorization: "Bearer abc" },
  });
  const lines = readFileSync(traffic, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      service: "bot",
      at: expect.any(String),
      ms: expect.any(Number),
      request: {
        method: "POST",
        url: `${base}/interactions`,
        headers: expect.objectContaining({ authorization: "Bearer REPLACED" }),
        body: {},
      },
      response: { status: 401, headers: {} },
    },
  ]);
});

test("delivers queue messages, parsed where they are JSON, and deletes them", async () => {
  await send(JSON.stringify({ kind: "operation", id: "123456789012345678" }));
  await send("plain text");
  await vi.waitFor(
    async () => {
      expect((await seen()).seen).toContainEqual({
        message: { kind: "operation", id: "123456789012345678" },
        dequeueCount: 1,
      });
      expect(await deliveries("plain text")).toEqual([1]);
    },
    { timeout: 5000, interval: 50 },
  );
});

test("tries a message that fails again, and moves it to the poison queue after maxDequeueCount", async () => {
  await send("bad");
  const poison = queues.getQueueClient("jobs-poison");
  await vi.waitFor(
    async () => {
      const { peekedMessageItems } = await poison.peekMessages();
      expect(peekedMessageItems.map((item) => Buffer.from(item.messageText, "base64").toString())).toEqual([
        "bad",
      ]);
    },
    { timeout: 5000, interval: 100 },
  );
  expect(await deliveries("bad")).toEqual([1, 2]);
});

test("keeps a message hidden for as long as the function runs", async () => {
  await send("slow");
  await vi.waitFor(async () => expect((await jobs.getProperties()).approximateMessagesCount).toBe(0), {
    timeout: 8000,
    interval: 200,
  });
  expect(await deliveries("slow")).toEqual([1]);
});

test("runs timers: once at the start as past due, then on schedule", async () => {
  await vi.waitFor(async () => expect((await seen()).ticks.length).toBeGreaterThan(2), { timeout: 5000 });
  expect((await seen()).ticks.slice(0, 3)).toEqual([true, false, false]);
});

test("says in one sentence that its port is in use", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const address = z.object({ port: z.number() }).parse(blocker.address());
  const second = host("--entry", entry, "--port", String(address.port));
  expect(await firstMessage(second)).toEqual({
    failed: `Port ${address.port} is in use. Stop what is using it, or choose another port with FUNCTIONS_PORT.`,
  });
  expect(await second.ended).toBe("exit code 1");
  blocker.close();
});

test("refuses an app that registers nothing", async () => {
  const empty = join(folder, "empty.js");
  writeFileSync(empty, "export {};");
  const second = host("--entry", empty, "--port", "0");
  expect(await firstMessage(second)).toEqual({ failed: "the app registered no function" });
});

test("stops when it is asked to, and when its parent is gone", async () => {
  const asked = host("--entry", entry, "--port", "0");
  const orphaned = host("--entry", entry, "--port", "0");
  await Promise.all([firstMessage(asked), firstMessage(orphaned)]);
  asked.process.kill("SIGINT");
  orphaned.process.disconnect();
  expect(await asked.ended).toBe("exit code 0");
  expect(await orphaned.ended).toBe("exit code 0");
});
