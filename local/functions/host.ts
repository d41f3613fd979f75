import { parseArgs } from "node:util";
import { QueueServiceClient } from "@azure/storage-queue";
import { reasonOf } from "../reason.ts";
import { serve } from "../serve.ts";
import { trafficLog } from "../traffic.ts";
import type { RegisteredFunction } from "./core.ts";
import { readHostJson } from "./hostJson.ts";
import { httpTriggers, textOf } from "./http.ts";
import { type Invoke, invoker, type Log, triggerOf } from "./invoke.ts";
import { loadApp } from "./load.ts";
import { pollQueue, type QueueOptions } from "./queue.ts";
import { startTimers } from "./timer.ts";

/*
 * A thin Functions host, run as a separate process: loads a built app and serves its HTTP, storage queue and
 * timer triggers. It leaves out keys, every other trigger and binding, scaling, sampling, and the real host's
 * ten-minute lock on queue messages (shorter here, so that a killed host's messages come back soon).
 */

export interface HostOptions {
  /** The built app, such as `dist/app/functions/index.js`. */
  readonly entry: string;
  readonly hostJson: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly lockSeconds: number;
  /** The address that callers seem to come from, because all of them are on this machine. */
  readonly clientAddress: string;
  /** The longest wait between two looks at an empty queue, if `host.json` allows more. */
  readonly longestPollMs: number;
}

/** What the process tells its parent. */
export type HostMessage =
  | { readonly ready: { port: number; functions: readonly string[] } }
  | { readonly failed: string };

async function startHost(
  options: HostOptions,
  log: Log,
): Promise<{ port: number; functions: readonly string[]; stop(): Promise<void> }> {
  const settings = readHostJson(options.hostJson);
  const { model, functions } = await loadApp(options.entry);
  const invoke = invoker(model, log);
  const server = await serve(
    httpTriggers(functions, {
      routePrefix: settings.http.routePrefix,
      clientAddress: options.clientAddress,
      invoke,
      log,
    }),
    {
      port: options.port,
      service: ({ pathname }, { method }) =>
        method === "POST" && /^\/api\/(interactions|messages)$/.test(pathname) ? "bot" : undefined,
      record: trafficLog(process.env["TRAFFIC_LOG"]),
    },
  );
  const maxPollingInterval = Math.min(settings.queues.maxPollingInterval, options.longestPollMs);
  const pollers = functions.flatMap((called) =>
    queueTrigger(called, { ...settings.queues, maxPollingInterval }, options.lockSeconds, invoke, log),
  );
  const timers = startTimers(functions, { invoke, log });
  return {
    port: server.port,
    functions: functions.map(({ metadata }) => metadata.name),
    async stop() {
      await Promise.all([server.close(), timers.stop(), ...pollers.map((poller) => poller.stop())]);
    },
  };
}

function queueTrigger(
  called: RegisteredFunction,
  settings: QueueOptions["settings"],
  lockSeconds: number,
  invoke: Invoke,
  log: Log,
): { stop(): Promise<void> }[] {
  const [, { type, queueName, connection }] = triggerOf(called.metadata.bindings);
  if (type !== "queueTrigger") return [];
  const connectionString = process.env[String(connection)];
  if (connectionString === undefined) throw new Error(`${String(connection)} is not set`);
  const service = QueueServiceClient.fromConnectionString(connectionString);
  const poller = pollQueue({
    queue: service.getQueueClient(String(queueName)),
    poison: service.getQueueClient(`${String(queueName)}-poison`),
    settings,
    lockSeconds,
    handle: (text, { messageId, dequeueCount }) =>
      invoke(
        called,
        { string: text },
        { Id: { string: messageId }, DequeueCount: { json: String(dequeueCount) } },
      ),
    log,
  });
  return [poller];
}

const log: Log = (message) => process.stdout.write(`functions  ${message}\n`);
const tell = (message: HostMessage) => process.send?.(message);

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      entry: { type: "string", default: "dist/app/functions/index.js" },
      "host-json": { type: "string", default: "host.json" },
      port: { type: "string", default: "7071" },
      "lock-seconds": { type: "string", default: "30" },
      "client-address": { type: "string", default: "127.0.0.1" },
      "longest-poll-ms": { type: "string", default: "500" },
    },
  });
  try {
    const host = await startHost(
      {
        entry: values.entry,
        hostJson: values["host-json"],
        port: Number(values.port),
        lockSeconds: Number(values["lock-seconds"]),
        clientAddress: values["client-address"],
        longestPollMs: Number(values["longest-poll-ms"]),
      },
      log,
    );
    const stop = () => void host.stop().finally(() => process.exit(0));
    process.once("SIGTERM", stop).once("SIGINT", stop);
    tell({ ready: { port: host.port, functions: host.functions } });
    log(`${host.functions.join(", ")} on port ${host.port}`);
  } catch (error) {
    const reason = reasonOf(error, "FUNCTIONS_PORT");
    tell({ failed: reason });
    log(error instanceof Error && error.message === reason ? textOf(error) : reason);
    process.exitCode = 1;
    process.disconnect?.();
  }
}
