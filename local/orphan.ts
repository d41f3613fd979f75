/*
 * Preloaded into child processes (`--import`): when the parent lets go of a child, or is gone however it went, the child
 * stops itself as if it had been asked to.
 */
const stop = () => process.emit("SIGTERM") || process.exit(1);
if (process.connected) process.once("disconnect", stop);
else process.exit(1);
