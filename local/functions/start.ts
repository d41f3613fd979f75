import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Child, startChild } from "../child.ts";

export interface FunctionsHost {
  readonly port: number;
  readonly functions: readonly string[];
  /** Resolves, with the reason, when the host is down for good. */
  readonly down: Promise<string>;
  stop(): Promise<void>;
}

export interface FunctionsOptions {
  /** The built app. */
  readonly entry: string;
  readonly lockSeconds: number;
  readonly clientAddress: string;
  /** 0 picks a free port and keeps it across restarts. */
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  /** Receives what the host prints, and its status. */
  readonly say: (line: string) => void;
}

const told = z.union([
  z.object({ ready: z.object({ port: z.number(), functions: z.array(z.string()) }) }),
  z.object({ failed: z.string() }),
]);

/** With this many exits in a minute, give up restarting. */
const mostEndsInAMinute = 5;

/** Runs the Functions host as a separate process, and restarts it when it dies. */
export async function startFunctions(options: FunctionsOptions): Promise<FunctionsHost> {
  const launch = (port: number) => {
    const lock = String(options.lockSeconds);
    const args = [
      ...["--entry", options.entry, "--port", String(port), "--lock-seconds", lock],
      ...["--client-address", options.clientAddress],
    ];
    const child = startChild(module, args, options.env);
    child.onLine(options.say);
    return child;
  };
  let child = launch(options.port);
  const { port, functions } = await ready(child);
  let stopping = false;

  async function keepRunning(): Promise<string> {
    const ends: number[] = [];
    for (;;) {
      const how = await child.ended;
      if (stopping) return "stopped";
      const now = performance.now();
      ends.push(now);
      if (ends.filter((end) => now - end < 60_000).length >= mostEndsInAMinute) {
        return `The Functions host stopped ${mostEndsInAMinute} times within a minute (${how}).`;
      }
      options.say(`The Functions host stopped (${how}); restarting it.`);
      child = launch(port);
    }
  }

  return {
    port,
    functions,
    down: keepRunning(),
    stop: () => {
      stopping = true;
      return child.stop();
    },
  };
}

const module = fileURLToPath(new URL("host.ts", import.meta.url));

async function ready(child: Child): Promise<{ port: number; functions: readonly string[] }> {
  const message = await Promise.race([
    once(child.process, "message").then(([first]) => told.parse(first)),
    child.ended.then((how) => ({ failed: `The Functions host did not start (${how}).` })),
  ]);
  if ("failed" in message) throw new Error(message.failed);
  return message.ready;
}
