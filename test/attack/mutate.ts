import fc from "fast-check";
import { hostile } from "../bot/platforms/hostile.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What stands where something else is expected. */
const odd: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: hostile },
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    "",
    " ",
    "0",
    "null",
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom<Json>("__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "then"),
  fc.constantFrom<Json>(
    "stop",
    "request",
    "teardown",
    "status",
    "help",
    "roster list",
    "v1:stop:",
    "v1:teardown:::",
    "openclaw status",
  ),
  fc.constantFrom<Json>(
    "x".repeat(5000),
    "a:{ ".repeat(2000),
    "<at>".repeat(500),
    '<quoted messageId="1"/>'.repeat(200),
  ),
  fc.integer({ min: 1, max: 200 }).map((depth) => nested(depth)),
);

function nested(depth: number): Json {
  let value: Json = "deep";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { deep: value };
  return value;
}

type Edit = { readonly at: readonly number[]; readonly how: (value: Json) => Json | undefined };

/** One change somewhere in a message: its place by turns at each level, and what becomes of what stands there. */
const edit: fc.Arbitrary<Edit> = fc.record({
  // A message that is changed near its root is hardly read at all.
  at: fc.oneof(
    { weight: 1, arbitrary: fc.array(fc.nat(60), { maxLength: 2 }) },
    { weight: 5, arbitrary: fc.array(fc.nat(60), { minLength: 3, maxLength: 8 }) },
  ),
  how: fc.oneof(
    fc.constant((): undefined => undefined),
    odd.map((value) => () => value),
    hostile.map((text) => (value: Json) => (typeof value === "string" ? value + text : text)),
    fc
      .integer({ min: 2, max: 60 })
      .map((count) => (value: Json) => Array.from({ length: count }, () => value)),
    fc
      .constantFrom(
        "__proto__",
        "constructor",
        "id",
        "type",
        "value",
        "options",
        "custom_id",
        "text",
        "extra",
      )
      .chain((key) =>
        odd.map(
          (other) => (value: Json) =>
            typeof value === "object" && value !== null && !Array.isArray(value)
              ? Object.fromEntries([...Object.entries(value), [key, other]])
              : { [key]: other },
        ),
      ),
  ),
});

function edited(value: Json, [turn, ...rest]: readonly number[], how: Edit["how"]): Json | undefined {
  if (turn === undefined || typeof value !== "object" || value === null) return how(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return how(value);
  const index = turn % entries.length;
  const changed = entries.flatMap(([key, child], at): [string, Json][] => {
    const next = at === index ? edited(child, rest, how) : child;
    return next === undefined ? [] : [[key, next]];
  });
  return Array.isArray(value) ? changed.map(([, child]) => child) : Object.fromEntries(changed);
}

/**
 * Messages of a form that is known, changed in one or two places: something is missing, doubled, of another type, too long, too
 * deep, or named as something which every object has. Now and then the text itself is cut or spoilt.
 */
export function mutated(samples: readonly object[]): fc.Arbitrary<string> {
  return fc
    .record({
      sample: fc.nat(samples.length - 1),
      edits: fc.array(edit, { minLength: 1, maxLength: 2 }),
      cut: fc.option(fc.nat(4000), { freq: 20, nil: undefined }),
    })
    .map(({ sample, edits, cut }) => {
      let message: Json = JSON.parse(JSON.stringify(samples[sample]));
      for (const { at, how } of edits) message = edited(message, at, how) ?? null;
      const text = JSON.stringify(message);
      return cut === undefined ? text : text.slice(0, cut);
    });
}
