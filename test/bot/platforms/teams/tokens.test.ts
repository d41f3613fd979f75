import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokensOf } from "../../../../bot/platforms/teams/tokens.ts";

const long = 240_000;
const repeated = (part: string) => part.repeat(Math.ceil(long / part.length)).slice(0, long);

/** The looks at each character, at most. */
const most = 8;

describe("the effort grows with the length and no faster", () => {
  it.each([
    "a:{ ",
    "a:{",
    "a: ",
    "a:",
    "a-",
    '"',
    'a" ',
    '"a ',
    "} a:{ ",
    "a: {} ",
    "a:    ",
    " ",
    "\n",
    "“",
    "{",
    "x",
    "`",
    "é ",
  ])("of %j, repeated", (part) => {
    expect(tokensOf([repeated(part)]).steps).toBeLessThanOrEqual(most * long);
  });

  it("of anything", () => {
    const part = fc.oneof(fc.constantFrom("a", "a:", "{", "}", '"', " ", "\n", "-", "”"), fc.string());
    fc.assert(
      fc.property(fc.array(part), fc.nat(200), (parts, times) => {
        const text = parts.join("").repeat(times);
        expect(tokensOf([text]).steps).toBeLessThanOrEqual(most * text.length + 3);
      }),
    );
  });

  it("with many people in it", () => {
    const mia = { text: "@Mia", person: "mia" };
    const typed = Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? "a:{ " : mia));
    expect(tokensOf(typed).steps).toBeLessThanOrEqual(most * 1000 * 5);
  });
});

/** The grammar as one pattern says it, which takes as long as it likes. */
const pattern = /[a-z][a-z-]*:\s*\{.*\}|[^\s"]*"[^"]*"|\S+/gs;

it("reads what the pattern reads", () => {
  const part = fc.oneof(
    fc.constantFrom("a", "a:", "ab-c: ", "{", "}", '"', '"x y"', " ", "\n", "\u00A0", "B:"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join("").replaceAll(/[\p{Default_Ignorable_Code_Point}]/gu, "");
      const words = text.replaceAll(/[“”„]/g, '"').match(pattern) ?? [];
      const texts = tokensOf([text]).tokens.map((token) => token.text);
      expect(texts).toEqual(words.flatMap((word) => tokensOf([word]).tokens.map((token) => token.text)));
      expect(texts).toHaveLength(words.length);
    }),
    { numRuns: 500 },
  );
});
