import * as z from "zod";
import type { Card } from "../core/card.ts";
import { instant, partsOf, together, type Words } from "../core/words.ts";

/** How a moment stands in the cards of rows that an earlier version has written. */
const mark = /\{\{(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\}\}/;

/**
 * A card as a row holds it. A text that has the form of such a mark is a list, which is always read as it stands: a string with one
 * is of an earlier version.
 */
export const writtenCard = (card: Card): Card => ({
  ...card,
  title: written(card.title),
  ...(card.text === undefined ? {} : { text: written(card.text) }),
  ...(card.sections && { sections: card.sections.map((each) => ({ ...each, text: written(each.text) })) }),
  ...(card.facts && { facts: card.facts.map(([label, value]) => [label, written(value)] as const) }),
});

const written = (text: Words): Words => (typeof text === "string" && mark.test(text) ? [text] : text);

const instantPart = z.object({ time: z.string() }).transform(({ time }) => instant(time));

/** A text in the card of a row, whichever version has written it. */
export const writtenWords: z.ZodType<Words> = z.union([
  // What is caught by the pattern stands between the other pieces.
  z
    .string()
    .transform((text) =>
      together(text.split(mark).flatMap((piece, i) => partsOf(i % 2 ? instant(piece) : piece))),
    ),
  z.array(z.union([z.string(), instantPart])).transform((parts) => together(parts.flatMap(partsOf))),
]);
