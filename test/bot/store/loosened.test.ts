import { expect, it } from "vitest";
import * as z from "zod";
import { loosened } from "../../../bot/store/rowFormat.ts";

const inner = z.strictObject({ name: z.string() });
const shape = z.strictObject({
  size: z.enum(["small", "large"]).optional(),
  some: z.array(inner).min(1).max(2).optional(),
  pairs: z.array(z.tuple([z.string(), inner])).optional(),
  named: z.record(z.string(), inner).optional(),
  either: z.union([z.strictObject({ a: inner }), z.strictObject({ b: inner })]).optional(),
});
const loose = loosened(shape, new Map()) as z.ZodType;
const one = { name: "a", colour: "blue" };

it.each([
  { colour: "blue" },
  { some: [one] },
  { pairs: [["first", one]] },
  { named: { first: one } },
  { either: { a: one } },
  { either: { b: one } },
])("keeps what nobody knows: %j", (value) => {
  expect(shape.safeParse(value).success).toBe(false);
  expect(loose.parse(value)).toEqual(value);
});

it.each([
  { size: "huge" },
  { some: [] },
  { some: [one, one, one] },
  { some: [{}] },
  { pairs: [["first"]] },
  { named: { first: {} } },
  { either: { c: one } },
])("still refuses what does not fit: %j", (value) => {
  expect(loose.safeParse(value).success).toBe(false);
});

it("reads the given shapes in another way", () => {
  const upper = z.string().transform((text) => text.toUpperCase());
  const text = z.string();
  const read = loosened(z.strictObject({ text, other: z.array(z.string()) }), new Map([[text, upper]]));
  expect(z.parse(read, { text: "a", other: ["a"] })).toEqual({ text: "A", other: ["a"] });
});

it("refuses a kind of shape that it does not know, so that none stays closed unseen", () => {
  expect(() => loosened(z.map(z.string(), inner), new Map())).toThrow("a shape of the type map");
});
