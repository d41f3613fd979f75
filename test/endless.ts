/** For what may take as long as it likes. */
export const endless = new AbortController().signal;
