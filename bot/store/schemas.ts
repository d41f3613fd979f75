import type * as z from "zod";
import type { Of } from "../core/shape.ts";
import { messageShape, type RowKinds, rowShapes } from "../core/store.ts";
import { wordsShape } from "../core/words.ts";
import { loosened } from "./loosened.ts";
import { writtenWords } from "./writtenCard.ts";

const instead = new Map([[wordsShape, writtenWords]]);
const stored = <S extends z.ZodType>(shape: S): z.ZodType<Of<S>> =>
  // What a loosened shape lets through beside is nothing that the types know.
  loosened(shape, instead) as z.ZodType<Of<S>>;

/** What a row of each kind looks like when it is read back. */
export const rowSchemas = Object.fromEntries(
  Object.entries(rowShapes).map(([kind, shape]) => [kind, stored(shape)]),
  // Object.entries forgets which kinds there are.
) as unknown as { readonly [K in keyof RowKinds]: z.ZodType<RowKinds[K]> };

/** A message of the queue `work`, as the queue trigger hands it over. */
export const workMessage = stored(messageShape);
