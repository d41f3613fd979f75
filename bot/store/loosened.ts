import * as z from "zod";

/** What holds nothing that a newer version could add to. */
const leaves = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodLiteral, z.ZodEnum];

type Known = Map<z.core.$ZodType, z.core.$ZodType>;

/**
 * The same shape, open at every depth: what a newer version of the bot has added to a row passes through, so that an older one does
 * not lose it.
 * @param known what is read in another way than its shape says; and what is open already, which is added here: one shape is part of many
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
    // Most are of leaves, and making a schema takes its time on a cold start.
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
  throw new Error(`nobody has said how to open a shape of the type ${shape._zod.def.type}`);
}
