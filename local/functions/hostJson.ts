import { readFileSync } from "node:fs";
import { z } from "zod";

/** `hh:mm:ss` to milliseconds. */
const timeSpan = z
  .string()
  .regex(/^\d{1,2}:\d{2}:\d{2}$/, "expected hh:mm:ss")
  .transform((text) => {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(":").map(Number);
    return ((hours * 60 + minutes) * 60 + seconds) * 1000;
  });

/** Defaults: https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue (host.json settings). */
const queues = z.object({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  maxPollingInterval: timeSpan.default(60_000),
  /** How long a message waits after a failure. */
  visibilityTimeout: timeSpan.default(0),
  messageEncoding: z.enum(["base64", "none"]).default("base64"),
});

const hostJson = z.object({
  version: z.literal("2.0"),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default("api") }).prefault({}),
      queues: queues.prefault({}),
    })
    .prefault({}),
});

export type QueueSettings = z.infer<typeof queues>;

/** What the local host reads from `host.json`; times in milliseconds. */
export const readHostJson = (file: string) =>
  hostJson.parse(JSON.parse(readFileSync(file, "utf8"))).extensions;
