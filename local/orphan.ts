/*
 * Preloaded into child processes (`--import`): when the parent lets go of a child, or is gone however it went, the child
 * stops itself as if it had been asked to.
 */

/** While the parent is there, it sees to it that this ends (child.ts). Without it, what this waits for may be gone as well. In milliseconds. */
const alone = 2000;
const parent = process.ppid;

function stop() {
  setInterval(() => process.ppid !== parent && process.exit(1), alone).unref();
  return process.emit("SIGTERM") || process.exit(1);
}
if (process.connected) process.once("disconnect", stop);
else process.exit(1);
