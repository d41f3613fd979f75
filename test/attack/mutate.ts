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
 * deep, or named as something which every object has. Now and then the text itself is cut or spoilt. Each has an id of its own, where
 * it has one: of what is sent again, only the first is read.
 * @param below names at the root of a message; most changes are made below one of these, and leave texts what they are, since of a
 * message that is wrong around them, or of another form, nothing is read
 */
export function mutated(samples: readonly object[], below: readonly string[] = []): fc.Arbitrary<string> {
  return fc
    .record({
      sample: fc.nat(samples.length - 1),
      id: fc.nat(999_999_999),
      edits: fc.array(edit, { minLength: 1, maxLength: 2 }),
      spoilt: fc.array(spoilt, { minLength: 1, maxLength: 2 }),
      turn: fc.nat(9),
      cut: fc.oneof(
        { weight: 19, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.nat(2000) },
      ),
    })
    .map(({ sample, id, edits, spoilt: words, turn, cut }) => {
      let message: Json = withId(JSON.parse(JSON.stringify(samples[sample])), id);
      if (turn > 2 && below.length > 0)
        for (const { which, how } of words) message = withSpoiltText(message, below, which, how);
      else
        for (const { at, how } of edits)
          message = (turn === 0 ? edited(message, at, how) : editedBelow(message, below, at, how)) ?? null;
      const text = JSON.stringify(message);
      return cut === undefined ? text : text.slice(0, cut);
    });
}

/** One of the texts in a message is another text. */
const spoilt = fc.record({
  which: fc.nat(999),
  how: fc.oneof(
    hostile.map((text) => () => text),
    hostile.map((text) => (before: string) => before + text),
    hostile.map((text) => (before: string) => text + before),
    odd.map(
      (value) => (before: string) => (typeof value === "string" ? value : before + JSON.stringify(value)),
    ),
    fc.nat(60).map((length) => (before: string) => before.slice(0, length)),
    fc
      .integer({ min: 2, max: 60 })
      .map((count) => (before: string) => before.repeat(count).slice(0, 100_000)),
  ),
});

function withSpoiltText(
  message: Json,
  below: readonly string[],
  which: number,
  how: (text: string) => string,
): Json {
  const texts = textsIn(message).filter(([name = ""]) => below.includes(name));
  const path = texts[which % texts.length];
  return path ? withText(message, path, how) : message;
}

/** Where the texts in a message stand. */
function textsIn(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === "string") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, [...path, name]));
}

function withText(value: Json, [name, ...rest]: readonly string[], how: (text: string) => string): Json {
  if (typeof value === "string") return how(value);
  if (typeof value !== "object" || value === null) return value;
  const changed = Object.entries(value).map(([key, inner]): [string, Json] => [
    key,
    key === name ? withText(inner, rest, how) : inner,
  ]);
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}

function editedBelow(
  message: Json,
  below: readonly string[],
  at: readonly number[],
  how: Edit["how"],
): Json | undefined {
  if (typeof message !== "object" || message === null || Array.isArray(message))
    return edited(message, at, how);
  const there = below.filter((name) => Object.hasOwn(message, name));
  const [turn = 0, ...rest] = at;
  const name = there[turn % there.length];
  if (name === undefined) return edited(message, at, how);
  return Object.fromEntries(
    Object.entries(message).flatMap(([key, value]): [string, Json][] => {
      const next = key === name ? edited(value, rest, how) : value;
      return next === undefined ? [] : [[key, next]];
    }),
  );
}

const withId = (message: Json, id: number): Json =>
  typeof message === "object" && message !== null && "id" in message && typeof message["id"] === "string"
    ? { ...message, id: message["id"].slice(0, -9) + String(id).padStart(9, "0") }
    : message;
