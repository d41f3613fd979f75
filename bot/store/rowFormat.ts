import * as z from "zod";
import type { Card } from "../core/card.ts";
import { messageShape, type RowKind, type RowKinds, rowShapes, type WorkMessage } from "../core/store.ts";
import { instant, partsOf, together, type Words, wordsShape } from "../core/text.ts";

/** Greater than every character that the bot's keys start with. */
export const lastKey = "~";

export const rowKey = (kind: RowKind, id: string): string => (id === "" ? kind : `${kind}:${id}`);

/** What a row's key in table `state` is made of. */
export function partsOfKey(key: string): { readonly kind: string; readonly id: string } {
  const at = key.indexOf(":");
  return at < 0 ? { kind: key, id: "" } : { kind: key.slice(0, at), id: key.slice(at + 1) };
}

/** Types that a newer version can't add anything to. */
const leaves = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodLiteral, z.ZodEnum];

type Known = Map<z.core.$ZodType, z.core.$ZodType>;

/**
 * The same shape, open at every depth: what a newer version of the bot added to a row passes through, so that an older one doesn't
 * lose it.
 * @param known what is read differently from its shape, and what is already open, which is added here: one shape is part of many
 */
export function loosened(shape: z.core.$ZodType, known: Known): z.core.$ZodType {
  const open = known.get(shape) ?? opened(shape, (part) => loosened(part, known));
  known.set(shape, open);
  return open;
}

function opened(shape: z.core.$ZodType, loose: (part: z.core.$ZodType) => z.core.$ZodType): z.core.$ZodType {
  if (leaves.some((leaf) => shape instanceof leaf)) return shape;
  if (shape instanceof z.ZodOptional) {
    const inner = loose(shape.unwrap());
    // Most hold leaves, and creating a schema takes time on a cold start.
    return inner === shape.unwrap() ? shape : shape.clone({ ...shape.def, innerType: inner });
  }
  if (shape instanceof z.ZodObject) {
    const fields = Object.entries<z.core.$ZodType>(shape.shape).map(([name, part]) => [name, loose(part)]);
    return shape.clone({ ...shape.def, shape: Object.fromEntries(fields), catchall: z.unknown() });
  }
  if (shape instanceof z.ZodArray) return shape.clone({ ...shape.def, element: loose(shape.element) });
  if (shape instanceof z.ZodTuple) return shape.clone({ ...shape.def, items: shape.def.items.map(loose) });
  if (shape instanceof z.ZodRecord) return shape.clone({ ...shape.def, valueType: loose(shape.valueType) });
  if (shape instanceof z.ZodUnion) return shape.clone({ ...shape.def, options: shape.options.map(loose) });
  throw new Error(`no rule opens a shape of the type ${shape._zod.def.type}`);
}

/** How an earlier version wrote a moment in the cards of rows. */
const mark = /\{\{(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\}\}/;

/**
 * A card as a row holds it. A text that looks like such a mark is written as a list, which is always read as it is: a string with a
 * mark comes from an earlier version.
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

/** A text in the card of a row, whichever version wrote it. */
const writtenWords: z.ZodType<Words> = z.union([
  // What the pattern captures is between the other pieces.
  z
    .string()
    .transform((text) =>
      together(text.split(mark).flatMap((piece, i) => partsOf(i % 2 ? instant(piece) : piece))),
    ),
  z.array(z.union([z.string(), instantPart])).transform((parts) => together(parts.flatMap(partsOf))),
]);

const known = new Map<z.core.$ZodType, z.core.$ZodType>([[wordsShape, writtenWords]]);

/** How a row of this kind is read back. Created when first needed, because a cold start needs few of them. */
export const rowSchema = <K extends RowKind>(kind: K): z.ZodType<RowKinds[K]> =>
  // The types can't express what it lets through.
  loosened(rowShapes[kind], known) as z.ZodType<RowKinds[K]>;

/** A message as the queue and the due rows hold it: there the partition is called `member`, which every version reads. */
export const writtenMessage = ({ kind, partition, ...rest }: WorkMessage) => ({
  kind,
  member: partition,
  ...rest,
});

const heldMessage = z.looseObject({ member: z.string() });

/** A message of the queue `work`, as the queue trigger delivers it. */
export const workMessage = z.preprocess(
  (value) => {
    const held = heldMessage.safeParse(value).data;
    if (!held) return value;
    const { member: partition, ...rest } = held;
    return { partition, ...rest };
  },
  loosened(messageShape, known) as z.ZodType<WorkMessage>,
);
