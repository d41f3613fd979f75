import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has exited, with a few words on how. */
  readonly ended: Promise<string>;
  /** Calls back for each line that it prints to stdout or stderr. */
  onLine(heard: (line: string) => void): void;
  /** Asks it to stop, and kills it after ten seconds. */
  stop(): Promise<void>;
}

/**
 * Starts a module as a separate process that doesn't outlive this one. It gets its own process group, so that Ctrl-C
 * reaches only the parent, which then stops its children in the right order.
 */
export function startChild(module: string, args: readonly string[], env: NodeJS.ProcessEnv): Child {
  const child = fork(module, args, {
    env,
    execArgv: ["--import", new URL("orphan.ts", import.meta.url).href],
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ended = once(child, "exit").then(([code, signal]) => `${signal ?? `exit code ${code}`}`);
  return {
    process: child,
    ended,
    onLine(heard) {
      for (const stream of [child.stdout, child.stderr])
        if (stream) createInterface(stream).on("line", heard);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const impatience = setTimeout(() => child.kill("SIGKILL"), 10_000);
      // See orphan.ts. A signal isn't enough: a child that listens for messages, as Azurite does, keeps running while it is connected.
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(impatience);
    },
  };
}
