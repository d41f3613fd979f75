/** Globals that CommonJS packages expect; injected into the bundle where one of them uses them. */
export const __filename = import.meta.filename;
export const __dirname = import.meta.dirname;
