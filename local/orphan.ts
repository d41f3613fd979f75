/*
 * Preloaded into child processes (`--import`): when the parent is gone, however it went, the child stops itself as if
 * it had been asked to.
 */
process.once("disconnect", () => {
  if (!process.emit("SIGTERM")) process.exit(1);
});
