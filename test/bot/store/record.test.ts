import { expect, it } from "vitest";
import { z } from "zod";
import { record } from "../../../bot/store/record.ts";

interface Shape {
  readonly name: string;
  readonly size?: "small" | "large" | undefined;
}

it("does not compile where a schema and its type differ", () => {
  record<Shape>()({ name: z.string(), size: z.enum(["small", "large"]).optional() });
  // @ts-expect-error a field is missing
  record<Shape>()({ name: z.string() });
  // @ts-expect-error a value is missing
  record<Shape>()({ name: z.string(), size: z.enum(["small"]).optional() });
  // @ts-expect-error an optional field is required
  record<Shape>()({ name: z.string(), size: z.enum(["small", "large"]) });
  // @ts-expect-error a field has another type
  record<Shape>()({ name: z.number(), size: z.enum(["small", "large"]).optional() });
  // @ts-expect-error a field is not in the type
  record<Shape>()({ name: z.string(), size: z.enum(["small", "large"]).optional(), colour: z.string() });
});

it("reads what fits and refuses what does not", () => {
  const shape = record<Shape>()({ name: z.string(), size: z.enum(["small", "large"]).optional() });
  expect(shape.parse({ name: "a" })).toEqual({ name: "a" });
  expect(shape.safeParse({ name: "a", size: "huge" }).success).toBe(false);
});
