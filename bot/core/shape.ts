import * as z from "zod";

type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };
/**
 * The value that a shape describes, read-only. Shapes are closed, so that a misspelt property doesn't compile; the store reads rows
 * by the same shapes, opened for what a newer version added.
 */
export type Of<S extends z.ZodType> = DeepReadonly<z.infer<S>>;

/** Texts by their names. */
export const texts = z.record(z.string(), z.string());
