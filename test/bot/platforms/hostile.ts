import fc from "fast-check";

/** Pieces of texts by which somebody could try to say more than words. */
const pieces = [
  // The form that moments once had in our own cards, of a date that there is and of one that there is not.
  "{{2026-01-31T09:05:00.000Z}}",
  "{{2026-99-99T99:99:99.999Z}}",
  "{{DATE(2026-01-31T09:05:00Z, SHORT)}}",
  "{{{TIME(2026-01-31T09:05:00Z)}}}",
  "{{",
  "<t:1769850300:f>",
  "<t:0>",
  "<@102>",
  "<@!102>",
  "<@&103>",
  "<#104>",
  "</openclaw stop:105>",
  "<id:customize>",
  "<:emoji:106>",
  "@everyone",
  "@here",
  "<at>Mia</at>",
  "[no](https://evil.example)",
  "[no](<https://evil.example> 'title')",
  "https://evil.example/a_b_c",
  "https://contoso.com/<[no](https://evil.example)",
  "<https://evil.example>",
  "<mailto:mia@contoso.com>",
  "![](https://evil.example/a.png)",
  "](",
  "[",
  ")",
  "**bold** __under__ *it* _it_ ~~gone~~ ||spoiler||",
  "`",
  "```",
  "\\",
  "&lt;b&gt; &#91;",
  "\n",
  "\n# ",
  "\n-# ",
  "\n- ",
  "\n* ",
  "\n> ",
  "\n>>> ",
  "\n1. ",
  "\n7) ",
  "\r\n",
  "\u2028",
  " ",
  "\u202Eright to left\u202C",
  "שלום",
  "مرحبا",
  "\uD83D",
  "\uDE00",
  "\u0000",
  "👩‍👩‍👧",
  "Mia",
  "✗",
];

/** Texts as nobody would write them who means well, from none to ten thousand characters. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((all) => all.join("")) },
  { weight: 2, arbitrary: fc.constantFrom(...pieces) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  // Halves of surrogate pairs among them.
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
      .map((units) => String.fromCharCode(...units)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...pieces).map((piece) => piece.repeat(10_000 / piece.length)) },
);

/** Moments that can be. */
export const moments: fc.Arbitrary<Date> = fc.date({
  min: new Date("1970-01-02T00:00:00Z"),
  max: new Date("2999-12-31T00:00:00Z"),
  noInvalidDate: true,
});
