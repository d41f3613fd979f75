/*
 * Preloaded into child processes (`--import`): when the parent disconnects from a child, or has ended for any reason, the
 * child stops itself as if it had received a signal.
 */

/** While the parent runs, it makes sure that this process ends (child.ts). Without it, whatever this waits for may have ended too. In milliseconds. */
const alone = 2000;
const parent = process.ppid;

function stop() {
  setInterval(() => process.ppid !== parent && process.exit(1), alone).unref();
  return process.emit("SIGTERM") || process.exit(1);
}
if (process.connected) process.once("disconnect", stop);
else process.exit(1);
