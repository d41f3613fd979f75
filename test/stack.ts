import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { noteSecrets } from "./secretsInPlay.ts";

/** `npm start`'s tree of processes on free ports, for tests. */
export interface Stack {
  readonly console: string;
  readonly functions: string;
  readonly azure: string;
  readonly teams: string;
  readonly pid: number;
  /** All processes of the tree. */
  pids(): number[];
  /** Kills all of them at once. */
  kill(): Promise<void>;
  /** Asks it to stop, as Ctrl-C does; yields the exit code. */
  stop(): Promise<number | null>;
  /** What it has printed. */
  output(): string;
}

export interface StackOptions {
  readonly data: string;
  /** The built bot; below the project's folder. */
  readonly entry: string;
  /** Absent: it starts its own Azurite. */
  readonly storage?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What follows `npm start --`. */
  readonly args?: readonly string[];
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const child = spawn(process.execPath, ["local/start.ts", ...(options.args ?? [])], {
    env: {
      ...process.env,
      FUNCTIONS_PORT: "0",
      CONSOLE_PORT: "0",
      AZURE_PORT: "0",
      TEAMS_PORT: "0",
      LOCAL_DATA: options.data,
      FUNCTIONS_ENTRY: options.entry,
      AzureWebJobsStorage: options.storage ?? "",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("npm start could not be run");
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const ended = once(child, "close");
  const addressOf = (what: string) => new RegExp(`^ *${what} +(\\S+)`, "m").exec(printed)?.[1];
  while (!printed.includes("Ctrl-C stops everything")) {
    if (child.exitCode !== null) throw new Error(`npm start has ended: ${printed}`);
    await sleep(20);
  }
  // Known beforehand: to look for them when it comes to killing would give them another ten milliseconds.
  const known = treeOf(pid);
  return {
    console: addressOf("Console") ?? "",
    functions: addressOf("Functions") ?? "",
    azure: addressOf("Azure") ?? "",
    teams: addressOf("Teams") ?? "",
    pid,
    pids: () => treeOf(pid),
    async kill() {
      for (const each of known) killOne(each);
      await ended;
      noteSecrets(options.data);
    },
    async stop() {
      child.kill("SIGINT");
      await ended;
      noteSecrets(options.data);
      return child.exitCode;
    },
    output: () => printed,
  };
}

/** A process and all that it has started, the process first. */
function treeOf(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return [pid, ...below(pid)];
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself in between.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
