import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "openclaw-tests-";

/**
 * A global set-up: whatever a run of tests puts into the temporary folder, here or in processes that it starts, lies in one folder, and goes
 * with it at the end. Nothing else can be relied on: a worker is ended without a word, and a test that fails half-way cleans up nothing.
 * @returns what ends it
 */
export function setup(): () => void {
  const around = tmpdir();
  for (const name of readdirSync(around))
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length)))) remove(join(around, name));
  const folder = join(around, `${prefix}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.env["TMPDIR"] = folder;
  return () => {
    process.env["TMPDIR"] = around;
    remove(folder);
  };
}

/** A process that ends just now may still write. */
const remove = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
