/**
 * A Functions host for measuring, as a process of its own: HTTP triggers alone, since on Flex Consumption these have instances of their own.
 * Messages say what it loads and with which settings, as for a worker that waits for an app (placeholder mode).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import { z } from "zod";
import { httpTriggers } from "../../local/functions/http.ts";
import { invoker } from "../../local/functions/invoke.ts";
import { loadApp } from "../../local/functions/load.ts";
import { serve } from "../../local/serve.ts";
import { now } from "./clock.ts";

const order = z.union([
  z.object({ load: z.string(), env: z.record(z.string(), z.string()) }),
  z.object({ measure: z.literal(true) }),
]);
export type Order = z.infer<typeof order>;

/** What the host says of itself; times in milliseconds since 1970, memory in MB. */
export const told = z.union([
  z.object({ up: z.number() }),
  z.object({ registered: z.number(), port: z.number() }),
  z.object({ rss: z.number(), heap: z.number(), cpu: z.number() }),
]);
export type Told = z.infer<typeof told>;

const tell = (message: Told) => process.send?.(message);

async function load(entry: string, env: Readonly<Record<string, string>>): Promise<void> {
  Object.assign(process.env, env);
  const log = (message: string) => process.stdout.write(`${message}\n`);
  const { model, functions } = await loadApp(entry);
  const registered = now();
  const options = { routePrefix: "api", clientAddress: "127.0.0.1", invoke: invoker(model, log), log };
  const server = await serve(httpTriggers(functions, options), { port: 0 });
  tell({ registered, port: server.port });
}

/** Memory that is still held once everything is collected that nobody holds, and the CPU time so far in milliseconds. */
async function measure(): Promise<void> {
  const { user, system } = process.cpuUsage();
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.();
    await sleep(20);
  }
  const mb = 2 ** 20;
  tell({
    rss: process.memoryUsage.rss() / mb,
    heap: getHeapStatistics().used_heap_size / mb,
    cpu: (user + system) / 1000,
  });
}

process.on("message", (message) => {
  const given = order.parse(message);
  void ("load" in given ? load(given.load, given.env) : measure()).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit());
tell({ up: now() });
