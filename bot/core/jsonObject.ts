/** A JSON object: neither a list nor null. */
export type JsonObject = { readonly [name: string]: unknown };

/** Whether a parsed value is a JSON object. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
