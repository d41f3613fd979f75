import * as z from "zod";

type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };
/**
 * What a shape describes, which nobody changes in place. A shape is closed, so that a misspelt property does not compile; the store
 * reads rows by the same shapes, opened for what a newer version has added.
 */
export type Of<S extends z.ZodType> = DeepReadonly<z.infer<S>>;

/** Texts by their names. */
export const texts = z.record(z.string(), z.string());
