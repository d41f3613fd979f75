import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activity } from "../../../../bot/platforms/teams/activity.ts";
import { saidIn } from "../../../../bot/platforms/teams/said.ts";
import { markupIn } from "../../../../bot/platforms/teams/tags.ts";

const tagsIn = (html: string) =>
  markupIn(html).map((part) =>
    typeof part === "string" ? part : [part.closes ? `/${part.name}` : part.name, part.attributes.trim()],
  );

describe("the tags of a text", () => {
  it.each([
    ["", []],
    ["status", ["status"]],
    ['<AT id="0">Max</at> x', [["at", 'id="0"'], "Max", ["/at", ""], " x"]],
    ['<quoted messageId="1"/>', [["quoted", 'messageId="1"/']]],
    ["<mia@contoso.com>", ["<mia@contoso.com>"]],
    ["1 < 2 <br> 3 > 2", ["1 < 2 ", ["br", ""], " 3 > 2"]],
    ["<b <at>Max</at>", ["<b ", ["at", ""], "Max", ["/at", ""]]],
    ["<at", ["<at"]],
    ["<!-- a --><p>b</p>", [["!--", "a --"], ["p", ""], "b", ["/p", ""]]],
  ])("%j", (html, tags) => expect(tagsIn(html)).toEqual(tags));

  it("and what stands between them are the text, whatever it is", () => {
    const part = fc.oneof(fc.constantFrom("<", ">", "<at>", "</at>", "/", "<p ", "at", "&lt;"), fc.string());
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const html = parts.join("");
        const read = markupIn(html).map((one) => (typeof one === "string" ? one : one.source));
        expect(read.join("")).toBe(html);
      }),
    );
  });
});

/** Of one person, in a 1:1 chat. */
const source = {
  type: "message",
  id: "1",
  serviceUrl: "https://smba.example",
  from: { id: "29:1", aadObjectId: "3ed20228-8082-4e44-8131-e7c73b0fe139" },
  recipient: { id: "28:bot" },
  conversation: { id: "a:1" },
};
const said = (text: string, content?: string) => {
  const attachments = content === undefined ? [] : [{ contentType: "text/html", content }];
  const use = activity.parse({ ...source, text, attachments });
  if (use.type !== "message") throw new Error("no message");
  return saidIn(use)
    .typed.map((piece) => (typeof piece === "string" ? piece : piece.text))
    .join("");
};

describe("what a hostile text says is what it says, however long it is", () => {
  const times = 40_000;
  const forward = '<blockquote itemtype="http://schema.skype.com/Forward">';
  const mention = '<span itemtype="http://schema.skype.com/Mention">';
  it.each([
    ["names without an end", "<at>".repeat(times), "<at>".repeat(times)],
    ["ends without a name", "</at>".repeat(times), "</at>".repeat(times)],
    ["marks without an end", `${"<quoted>".repeat(times)}x`, `${"<quoted>".repeat(times)}x`],
    ["marks of two kinds", `${"<quoted><attachment>".repeat(times)}x</attachment>`, "<quoted>"],
    ["brackets", "<".repeat(times), "<".repeat(times)],
    ["names that are nobody's", "<at>a</at>".repeat(times), "a".repeat(times)],
  ])("%s", (_what, text, expected) => expect(said(text)).toBe(expected));

  it.each([
    ["quotes in quotes", `${forward.repeat(times)}a${"</blockquote>".repeat(times)}status`, "status"],
    ["quotes without an end", `${forward.repeat(times)}status`, "status"],
    ["ends without a quote", `${forward}a</blockquote>${"</blockquote>".repeat(times)}status`, "status"],
    ["people without an end", `${forward}a</blockquote>${mention.repeat(times)}status`, "status"],
    ["tags", `${forward}a</blockquote>${"<b>".repeat(times)}status`, "status"],
    ["brackets", `${forward}a</blockquote>${"<".repeat(times)}`, "<".repeat(times)],
  ])("with a message that came along: %s", (_what, html, expected) =>
    expect(said("x", html).trim()).toBe(expected),
  );
});
