import { registerHooks } from "node:module";

/** Preloaded (`--import`): prints at the end which files were loaded as modules. */
const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
process.once("exit", () => process.stdout.write(JSON.stringify(loaded)));
