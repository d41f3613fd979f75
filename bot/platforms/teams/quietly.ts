import { AsyncLocalStorage } from "node:async_hooks";

const quiet = new AsyncLocalStorage<true>();
const say = console.error;
console.error = (...what: unknown[]) => {
  if (!quiet.getStore()) say(...what);
};

/**
 * Does something whose complaints nobody else is to read: botbuilder writes an error and a key to the console for each token that it
 * refuses, and has no setting for that. Anybody could fill the log with it.
 */
export const quietly = <T>(work: () => Promise<T>): Promise<T> => quiet.run(true, work);
