import { setTimeout as sleep } from "node:timers/promises";
import { app } from "@azure/functions";
import { bot } from "./bot.ts";

/**
 * The host asks for the functions as soon as the start hooks have ended; nothing informs the app of that. In the Functions worker
 * (azure-functions-nodejs-worker 3.9.1, run in 2026) it took some 50 ms. In milliseconds.
 */
const indexedAfter = 1000;

/**
 * Whether this process is still waiting for an app, with settings that aren't the app's. "1" is what the host itself looks for
 * (azure-functions-host, `InStandbyMode`), "generalized" what Microsoft Learn says ("Environment variables and app settings in
 * Azure App Service", 2026).
 */
const isPlaceholder = (mode: string | undefined): boolean => mode === "1" || mode === "generalized";

/** Loads the bot once the functions are indexed, because the first call after a quiet time has only three seconds, too. */
if (!isPlaceholder(process.env["WEBSITE_PLACEHOLDER_MODE"]))
  app.hook.appStart(() => {
    // Not awaited: the worker doesn't ask for any function before its hooks have ended.
    void loadBot();
  });

async function loadBot(): Promise<void> {
  try {
    await sleep(indexedAfter);
    await (await bot()).warmUp();
  } catch {
    // Each call says what is wrong with the settings.
  }
}
