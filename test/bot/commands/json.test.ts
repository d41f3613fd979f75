import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonFault } from "../../../bot/commands/json.ts";

it.each([
  ["", 1, 1, "a value", "the end"],
  ["   \n ", 2, 2, "a value", "the end"],
  ["members", 1, 1, "a value", "“m”"],
  ["{", 1, 2, "a name in straight quotation marks, or “}”", "the end"],
  ['{"members"', 1, 11, "“:”", "the end"],
  ['{"members":', 1, 12, "a value", "the end"],
  ['{"members":[', 1, 13, "a value or “]”", "the end"],
  ['{\n  "members": [\n    { "email": "a" },\n  ]\n}', 4, 3, "a value", "“]”"],
  ['{\n  "members": [\n    { "email": "a" }\n    { "email": "b" }\n  ]\n}', 4, 5, "“,” or “]”", "“{”"],
  ['{"a":1,}', 1, 8, "a name in straight quotation marks", "“}”"],
  ["{'a':1}", 1, 2, "a name in straight quotation marks, or “}”", "“'”"],
  ["{“a”:1}", 1, 2, "a name in straight quotation marks, or “}”", "““”"],
  ['{"a" "b"}', 1, 6, "“:”", '“"”'],
  ['{"a":01}', 1, 7, "“,” or “}”", "“1”"],
  ['{"a":"not closed}', 1, 6, "a value", '“"”'],
  ['{"a":"a\nb"}', 1, 6, "a value", '“"”'],
  ['{"a":"\\x"}', 1, 6, "a value", '“"”'],
  ["[1]\r\n[2]", 2, 1, "nothing more", "“[”"],
  ["[1, // one\n2]", 1, 5, "a value", "“/”"],
  ['{"a":1,\n "b":{"a":1,"a":2}}', 2, 13, "a name that was not there before", '“"”'],
  ["[\u{1F600}]", 1, 2, "a value or “]”", "“\u{1F600}”"],
])("%j: line %i, column %i", (text, line, column, expected, found) => {
  expect(jsonFault(text)).toEqual({ line, column, expected, found });
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

it("finds nothing in what is JSON, however it is written", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, "\t"), (text, space) => {
      expect(jsonFault(JSON.stringify(JSON.parse(text), undefined, space))).toBeUndefined();
    }),
  );
});

it("finds a fault exactly where JSON.parse does not take a text", () => {
  const pieces = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"a"',
    "1",
    "-0.5e3",
    "null",
    " ",
    "\n",
    '"',
    "\\",
    "x",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (texts) => {
      const text = texts.join("");
      const fault = jsonFault(text);
      // The parser takes the second of two of one name.
      if (fault?.expected === "a name that was not there before") return;
      expect(fault === undefined).toBe(isJson(text));
    }),
    { numRuns: 2000 },
  );
});

it("is not led astray by what is nested as deep as it is long", () => {
  const depth = 200_000;
  expect(jsonFault("[".repeat(depth))).toMatchObject({ column: depth + 1, found: "the end" });
  expect(jsonFault(`"${"\\n".repeat(depth)}`)).toMatchObject({ column: 1 });
});
