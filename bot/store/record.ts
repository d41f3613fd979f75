import * as z from "zod";

type Fields<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };
/** Refuses a field whose schema takes less than its type, or that the type does not have. */
type NoLess<T, S> = { readonly [K in keyof S]: K extends keyof T ? Loss<T[K], S[K]> : never };
type Loss<T, S> = [T] extends [z.output<S>] ? S : never;

/**
 * The schema of an interface, bound to it: a field that is added there and not here, or the other way round, or with another
 * type, does not compile. What a newer version of the bot has added to a row passes through, so an older one does not lose it.
 */
export const record =
  <T>() =>
  <S extends Fields<T>>(fields: S & NoLess<T, S>): z.ZodType<T> =>
    // The types above prove what zod's own inference can't follow through a type parameter.
    z.looseObject(fields) as unknown as z.ZodType<T>;
