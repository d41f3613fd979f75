import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has ended, with a few words on how. */
  readonly ended: Promise<string>;
  /** Calls back for each line that it prints, be it an error or not. */
  onLine(heard: (line: string) => void): void;
  /** Lets it stop, and makes it after ten seconds. */
  stop(): Promise<void>;
}

/**
 * Starts a module as a process of its own that does not outlive this one. It gets its own process group, so that Ctrl-C
 * reaches the parent alone, which then ends its children in the right order.
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
      // See orphan.ts. Not a signal: a child that listens for messages, as Azurite does, lives on while it can get some.
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(impatience);
    },
  };
}
