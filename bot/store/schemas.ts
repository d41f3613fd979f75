import type * as z from "zod";
import { messageShape, type RowKind, type RowKinds, rowShapes, type WorkMessage } from "../core/store.ts";
import { wordsShape } from "../core/words.ts";
import { loosened } from "./loosened.ts";
import { writtenWords } from "./writtenCard.ts";

const known = new Map<z.core.$ZodType, z.core.$ZodType>([[wordsShape, writtenWords]]);

/** How a row of this kind is read back. It is made when it is asked for first, since a cold start needs few of them. */
export const rowSchema = <K extends RowKind>(kind: K): z.ZodType<RowKinds[K]> =>
  // The types say nothing of what it lets through.
  loosened(rowShapes[kind], known) as z.ZodType<RowKinds[K]>;

/** A message of the queue `work`, as the queue trigger hands it over. */
export const workMessage = loosened(messageShape, known) as z.ZodType<WorkMessage>;
