/** An object as JSON has it: neither a list nor null. */
export type JsonObject = { readonly [name: string]: unknown };

/** Whether what was parsed is one. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
