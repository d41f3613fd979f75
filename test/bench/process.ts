import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { now } from "./clock.ts";
import { type Order, told } from "./host.ts";

const module = fileURLToPath(new URL("host.ts", import.meta.url));

/** Which app a host runs, and with which settings. */
export interface Loaded {
  /** The built app. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Host {
  /** Where it takes calls. */
  readonly url: string;
  /** Milliseconds from the start of the process, or with `isStandby` from when it got its settings, to the functions being registered. */
  readonly registered: number;
  /** From when that and the first answer are counted. */
  readonly from: number;
  /** The CPU time that the process had taken by then, in milliseconds. */
  readonly cpuBefore: number;
  /** Memory in MB and CPU time in milliseconds. */
  measure(): Promise<{ readonly rss: number; readonly heap: number; readonly cpu: number }>;
  /** What it has printed. */
  output(): string;
  stop(): Promise<void>;
}

/**
 * Starts a host of its own with an app.
 * @param isStandby the process is there already, without settings, as in the placeholder mode of Flex Consumption
 */
export async function startHost({ entry, env }: Loaded, isStandby = false): Promise<Host> {
  const spawned = now();
  const placeholder = isStandby ? { WEBSITE_PLACEHOLDER_MODE: "1" } : {};
  const { PATH = "", NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  const certificates = env["NODE_EXTRA_CA_CERTS"];
  const child = fork(module, [], {
    // Only what a process of its own has from its start: a certificate that comes later is not heard.
    env: {
      PATH,
      ...(rest["HOME"] === undefined ? {} : { HOME: rest["HOME"] }),
      ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates }),
      ...placeholder,
    },
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed = (printed + text).slice(-4000);
    });
  await next(child);
  const before = isStandby ? await ask(child, { measure: true }) : undefined;
  const cpuBefore = before && "cpu" in before ? before.cpu : 0;
  const from = isStandby ? now() : spawned;
  const standby = isStandby ? { WEBSITE_PLACEHOLDER_MODE: "0" } : {};
  const loaded = await ask(child, { load: entry, env: { ...env, ...standby } });
  if (!("port" in loaded)) throw new Error(`the host did not start: ${printed}`);
  return {
    url: `http://127.0.0.1:${loaded.port}/api`,
    registered: loaded.registered - from,
    from,
    cpuBefore,
    measure: async () => {
      const measured = await ask(child, { measure: true });
      if (!("rss" in measured)) throw new Error("the host does not say how much memory it has");
      return measured;
    },
    output: () => printed,
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function ask(child: ChildProcess, order: Order) {
  const answer = next(child);
  child.send(order);
  return answer;
}

/** What it says next. @throws when it ends instead */
async function next(child: ChildProcess) {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`a host has ended with exit code ${code}`);
  });
  // Nobody waits for it any more once the host has spoken.
  ended.catch(() => undefined);
  try {
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    return told.parse(message);
  } finally {
    over.abort();
  }
}
