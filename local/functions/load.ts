import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { type ProgrammingModel, type RegisteredFunction, registered } from "./core.ts";

const core = new URL("core.ts", import.meta.url).href;

/** Loads a built app as the Functions worker does, with `@azure/functions-core` available. Only once per process. */
export async function loadApp(
  entry: string,
): Promise<{ model: ProgrammingModel; functions: readonly RegisteredFunction[] }> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "@azure/functions-core"
        ? { url: core, format: "module-typescript", shortCircuit: true }
        : next(specifier, context),
  });
  await import(pathToFileURL(entry).href);
  const app = await registered();
  // From here on, the app can no longer change its setup.
  await app.model.getCapabilities({});
  return app;
}
