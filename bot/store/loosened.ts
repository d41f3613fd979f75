import * as z from "zod";

/** What holds nothing that a newer version could add to. */
const leaves = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodLiteral, z.ZodEnum];

/**
 * The same shape, open at every depth: what a newer version of the bot has added to a row passes through, so that an older one does
 * not lose it.
 * @param instead what is read in another way than its shape says
 */
export function loosened(
  shape: z.core.$ZodType,
  instead: ReadonlyMap<z.core.$ZodType, z.ZodType>,
): z.ZodType {
  const loose = (part: z.core.$ZodType): z.ZodType => loosened(part, instead);
  const other = instead.get(shape);
  if (other) return other;
  if (shape instanceof z.ZodObject)
    return shape.clone({ ...shape.def, shape: each(shape.shape, loose), catchall: z.unknown() });
  if (shape instanceof z.ZodOptional) return loose(shape.unwrap()).optional();
  if (shape instanceof z.ZodArray) return shape.clone({ ...shape.def, element: loose(shape.element) });
  if (shape instanceof z.ZodTuple) return shape.clone({ ...shape.def, items: shape.def.items.map(loose) });
  if (shape instanceof z.ZodRecord) return shape.clone({ ...shape.def, valueType: loose(shape.valueType) });
  if (shape instanceof z.ZodUnion) return shape.clone({ ...shape.def, options: shape.options.map(loose) });
  const leaf = leaves.find((kind) => shape instanceof kind);
  if (leaf && shape instanceof z.ZodType) return shape;
  throw new Error(`nobody has said how to open a shape of the type ${shape._zod.def.type}`);
}

const each = (fields: z.core.$ZodShape, change: (part: z.core.$ZodType) => z.ZodType) =>
  Object.fromEntries(Object.entries(fields).map(([name, part]) => [name, change(part)]));
