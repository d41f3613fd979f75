import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { buildFunctions } from "../../scripts/build.ts";
import { storageAccount } from "../azurite.ts";
import { gone } from "../gone.ts";
import { type StackOptions, startStack } from "../stack.ts";

const scratch = mkdtempSync(join(tmpdir(), "start-"));
const built = join("dist", "test", String(process.pid));
const entry = join(built, "index.js");
beforeAll(() => buildFunctions({ entry: "functions/index.ts", folder: built }));
afterAll(() => {
  rmSync(built, { recursive: true });
  rmSync(scratch, { recursive: true });
});

const freshData = () => mkdtempSync(join(scratch, "data-"));

async function started(options: Partial<StackOptions> = {}) {
  const stack = await startStack({ data: freshData(), entry, storage: storageAccount(), ...options });
  onTestFinished(() => stack.kill());
  return stack;
}

test("starts everything with its own storage, is quick about it, and Ctrl-C stops everything", async () => {
  const before = performance.now();
  const stack = await started({ storage: "" });
  expect(performance.now() - before).toBeLessThan(25_000);
  const page = await fetch(stack.console);
  expect(await page.text()).toContain("<html");
  expect((await fetch(`${stack.functions}/health`)).status).toBe(200);
  const pids = stack.pids();
  expect(pids.length).toBeGreaterThanOrEqual(3);
  expect(await stack.stop()).toBe(0);
  await gone(pids);
});

test("registers the bot's commands with Discord", async () => {
  const stack = await started();
  const view = await (await fetch(`${stack.console}/api/discord?user=1100000000000000101&all=1`)).text();
  expect(view).toContain("openclaw-admin");
});

test("leaves no process behind when it is killed", async () => {
  const stack = await started({ storage: "" });
  const pids = stack.pids();
  process.kill(stack.pid, "SIGKILL");
  await gone(pids);
});

test("starts the Functions host again when that dies", async () => {
  const stack = await started();
  const [, host] = stack.pids();
  if (host === undefined) throw new Error("no Functions host");
  process.kill(host, "SIGKILL");
  await vi.waitFor(async () => expect((await fetch(`${stack.functions}/health`)).status).toBe(200), {
    timeout: 8000,
    interval: 100,
  });
  expect(stack.output()).toContain("restarting it");
});

test("says in one sentence that a port is in use, and ends", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void blocker.close());
  await once(blocker, "listening");
  const { port } = z.object({ port: z.number() }).parse(blocker.address());
  const child = spawn(process.execPath, ["local/start.ts"], {
    env: {
      ...process.env,
      ...{ FUNCTIONS_PORT: "0", AZURE_PORT: "0", TEAMS_PORT: "0", CONSOLE_PORT: String(port) },
      ...{ LOCAL_DATA: freshData(), AzureWebJobsStorage: storageAccount(), FUNCTIONS_ENTRY: entry },
    },
  });
  let printed = "";
  child.stdout.on("data", (text) => {
    printed += String(text);
  });
  const [code] = await once(child, "close");
  expect(printed.trim().split("\n").at(-1)).toBe(
    `Port ${port} is in use. Stop what is using it, or choose another port with CONSOLE_PORT.`,
  );
  expect(code).toBe(1);
});
