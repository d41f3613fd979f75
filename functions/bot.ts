let loaded = false;

/** Whether the bot can answer without loading anything first. */
export const isLoaded = (): boolean => loaded;

/**
 * The bot, loaded at the first call or shortly after the start, whichever comes first. Everything heavy hangs behind this
 * import: a cold start has to load only the registrations, because Discord gives an answer three seconds, cold start included.
 */
export async function bot() {
  const { app } = await import("../bot/app.ts");
  const wired = app();
  loaded = true;
  return wired;
}
