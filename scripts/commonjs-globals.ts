/** What CommonJS packages find in scope; injected into the bundle where one of them asks for it. */
export const __filename = import.meta.filename;
export const __dirname = import.meta.dirname;
