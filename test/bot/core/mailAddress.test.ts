import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holdsSeveral, mailAddress } from "../../../bot/core/mailAddress.ts";
import { commands } from "../../../bot/features/commands.ts";
import { readTeam } from "../../../bot/features/roster/teamFile.ts";
import { parseOptions } from "../../../bot/front/options.ts";

const id = "6f1b6b1e-0000-4000-8000-000000000001";
const pasted: readonly (readonly [string, string])[] = [
  ["<mia@contoso.com>", "mia@contoso.com"],
  ["Mia Member <mia@contoso.com>;", "mia@contoso.com"],
  ['"Member, Mia" <mia@contoso.com>,', "mia@contoso.com"],
  ["mailto:mia@contoso.com?subject=Hello%20there", "mia@contoso.com"],
  ["SMTP:mia@contoso.com", "mia@contoso.com"],
  ["[mia@contoso.com](mailto:mia@contoso.com)", "mia@contoso.com"],
  ["mia@contoso.com;", "mia@contoso.com"],
  ["mia@contoso.com、", "mia@contoso.com"],
  ["mia@contoso.com/", "mia@contoso.com"],
  ["sip:mia@contoso.com", "mia@contoso.com"],
  ["mia@contoso.com (Mia Member)", "mia@contoso.com"],
  [" mia@contoso.com, ", "mia@contoso.com"],
  ["‘mia@contoso.com’.", "mia@contoso.com"],
  ["mia\u200B@con\u00ADtoso.com\uFEFF", "mia@contoso.com"],
  ["\u202Amia@contoso.com\u202C", "mia@contoso.com"],
  ["mia@contoso.com\u00A0", "mia@contoso.com"],
  ["ｍｉａ＠contoso．com；", "mia@contoso.com"],
  ["mia＠contoso。com", "mia@contoso.com"],
  ["anna\u2011lena@contoso.com", "anna-lena@contoso.com"],
  ["m.o’neil@contoso.com", "m.o'neil@contoso.com"],
  ["Gus_partner.example#EXT#@contoso.onmicrosoft.com", "Gus_partner.example#EXT#@contoso.onmicrosoft.com"],
  ...[
    "`mia@contoso.com`",
    "*mia@contoso.com*",
    "**mia@contoso.com**",
    "_mia@contoso.com_",
    "~~mia@contoso.com~~",
    "«mia@contoso.com»",
    "‹mia@contoso.com›",
    "「mia@contoso.com」",
    "【mia@contoso.com】",
    "•mia@contoso.com",
    "- mia@contoso.com",
    "mia@contoso.com…",
    "email:mia@contoso.com",
    "im:mia@contoso.com",
    "To: mia@contoso.com",
    "E-mail address: mia@contoso.com",
    "sip:mia@contoso.com;transport=tls",
    "mailto:mia%40contoso.com",
    "mia%40contoso.com?subject=Hello%20there",
    "Mia%20Member%20%3Cmia%40contoso.com%3E",
    "Mia Member (mia@contoso.com)",
    "Mia Member ‹mia@contoso.com›",
    "[Mia Member](mailto:mia@contoso.com)",
  ].map((text) => [text, "mia@contoso.com"] as const),
  [
    "gus_partner.example%23EXT%23@contoso.onmicrosoft.com",
    "gus_partner.example#EXT#@contoso.onmicrosoft.com",
  ],
  [
    "gus\\_partner.example\\#EXT\\#@contoso.onmicrosoft.com",
    "gus_partner.example#EXT#@contoso.onmicrosoft.com",
  ],
  ...[
    "_mia@contoso.com",
    "mia_member@contoso.com",
    "mia+vm@contoso.com",
    "josé@müller.example",
    "m&m@contoso.com",
  ].map((text) => [text, text] as const),
  [`Object ID: ${id}`, id],
  [`{${id}}`, id],
  [`${id};`, id],
  [id.replaceAll("-", "\u2011"), id],
];

describe("an address as it is pasted", () => {
  it.each(pasted)("%j is understood", (text, address) => expect(mailAddress(text)).toBe(address));

  it.each(["Mia Member", "mia@", "mia@contoso@com", "mia@contoso.com or Max", "@Mia Member", "openclaw-abc"])(
    "%j stays what it is",
    (text) => expect(mailAddress(text)).toBe(text),
  );

  it.each([
    "https://teams.example/l/chat/0/0?users=mia@contoso.com",
    "mia@contoso.com or Max",
    "Mia Member (or mia@contoso.com)",
    "mia@contoso,com",
    "mia@contoso",
    "a%2540b",
    "mia @contoso.com",
  ])("%j is called what it is, which is no address", (text) => {
    const [entry] = readTeam(JSON.stringify({ members: [{ email: text }] }));
    expect(entry?.problem).toBe(`“${text}” is neither an e-mail address nor an object id`);
  });

  it.each(["mia/sales@contoso.com", "mia|x@contoso.com", "a%2523b@contoso.com", "a%20b@contoso.com"])(
    "%j is no shorter address, although signs stand in it",
    (text) => expect(mailAddress(text)).toBe(text),
  );

  it.each([
    ["mia@contoso.com; max@contoso.com", true],
    ["Mia <mia@contoso.com>, Max <max@contoso.com>", true],
    [`${id} mia@contoso.com`, true],
    ["mia@contoso.com MIA@contoso.com", false],
    ["[mia@contoso.com](mailto:mia@contoso.com)", false],
    ["mia@contoso@com", false],
    ["mia%40contoso.com; max%40contoso.com", true],
    ["«mia@contoso.com» «max@contoso.com»", true],
    ["Max:max@contoso.com Mia:mia@contoso.com", true],
  ])("%j holds several: %j", (text, several) => expect(holdsSeveral(text)).toBe(several));

  it.each(pasted)("%j in an option", (text, address) => {
    for (const name of ["roster add", "roster show", "audit"]) {
      const command = commands.find((one) => one.name === name) ?? expect.fail(name);
      const line = { command: name, options: { entra: text } };
      expect(parseOptions(command, line, {})).toMatchObject({ options: { entra: address } });
    }
  });

  it.each(pasted)("%j in a team file", (text, address) =>
    expect(readTeam(JSON.stringify({ members: [{ email: text }] }))[0]).toMatchObject({ email: address }),
  );

  it("is the same when it is read again, whatever it is, and read at once, however long it is", () => {
    const pieces = fc.constantFrom(
      "mia@contoso.com",
      "<",
      ">",
      ";",
      " ",
      "＠",
      "\u200B",
      "'",
      "%40",
      "%2523",
      "\\",
      "«",
      "*",
      "_",
      "{",
      "｛",
      "mailto:",
      "?x",
    );
    const texts = fc.array(fc.oneof(pieces, fc.string({ unit: "binary" }))).map((all) => all.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        expect(mailAddress(mailAddress(text))).toBe(mailAddress(text));
      }),
      { numRuns: 40 },
    );
    const long = `${"!".repeat(25_000)}x`;
    const started = performance.now();
    expect(mailAddress(long)).toBe(long);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("of several people in a team file is called what it is", () => {
    const [entry] = readTeam('{"members":[{"email":"mia@contoso.com; max@contoso.com"}]}');
    expect(entry?.problem).toBe("“mia@contoso.com; max@contoso.com” names more than one person");
  });
});
