import { describe, expect, it } from "vitest";
import { instant, type Words, write } from "../../../../bot/core/text.ts";
import { cardFrom, formFrom } from "../../../../bot/platforms/teams/card.ts";
import { markdown } from "../../../../bot/platforms/teams/markdown.ts";
import { cards, form } from "../cards.ts";
import { nodesOf } from "./world.ts";

const golden = (name: string) => `../golden/teams/${name}.json`;
const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const inMessage = (content: object) => ({ attachments: [{ contentType: "", content: { ...content } }] });

describe("cards", () => {
  const { endless, ...others } = cards;
  it.each(Object.entries(others))("renders %s", async (name, card) => {
    await expect(json(cardFrom(card))).toMatchFileSnapshot(golden(name));
  });

  it("renders a form with one button that sends it", async () => {
    await expect(json(formFrom(form))).toMatchFileSnapshot(golden("form"));
  });

  it("gives a text of many lines a large field", () => {
    const fields = [{ name: "json", label: "The text", long: true }] as const;
    expect(formFrom({ ...form, fields }).body).toContainEqual(
      expect.objectContaining({ type: "Input.Text", id: "json", isMultiline: true, maxLength: 10_000 }),
    );
  });

  it("has what can be picked as a list that typing narrows down", () => {
    const choices = [{ name: "2 vCPU *", value: "Standard_B2als_v2" }];
    const fields = [{ name: "size", label: "Size", placeholder: "Standard_…", choices }] as const;
    expect(formFrom({ ...form, fields }).body.slice(1)).toEqual([
      {
        type: "Input.ChoiceSet",
        style: "filtered",
        id: "size",
        label: "Size",
        isRequired: true,
        errorMessage: "This is required.",
        placeholder: "Standard_…",
        choices: [{ title: "2 vCPU *", value: "Standard_B2als_v2" }],
      },
    ]);
    expect(formFrom({ ...form, fields: [{ ...fields[0], choices: [] }] }).body[1]).toMatchObject({
      type: "Input.Text",
    });
  });

  it("keeps what is endless within Teams' limit, and says that something is missing", () => {
    const made = cardFrom({
      ...endless,
      facts: Array.from({ length: 1000 }, (_, i) => [`Member ${i}`, "é".repeat(40)] as const),
    });
    expect(bytes(made)).toBeLessThan(28 * 1024 - 2000);
    expect(json(made)).toContain("…");
    expect(made.actions?.slice(0, 7).map(({ mode }) => mode)).toEqual([...Array(6), "secondary"]);
  });

  it("leaves a command out rather than cutting it", () => {
    const code = "az ".repeat(10_000);
    const texts = nodesOf(
      inMessage(cardFrom({ title: "t", tone: "info", sections: [{ text: "Run:", code }] })),
    );
    expect(texts.map(({ text }) => text)).toEqual(["t", "Run:", "…"]);
  });

  it("gives every line of a text a block, and paragraphs a distance", () => {
    const made = cardFrom({ title: "t", tone: "info", text: "one\ntwo\n\nthree" });
    expect(made.body.slice(1).map(({ text, spacing }) => [text, spacing])).toEqual([
      ["one", undefined],
      ["two", "None"],
      ["three", undefined],
    ]);
  });

  it("carries the same line in an Action.Execute and in its fallback", () => {
    const line = { command: "stop", options: {}, generation: "g1" };
    const made = cardFrom({ title: "t", tone: "info", buttons: [{ label: "Stop", line, once: true }] });
    const data = { openclaw: "v1:stop:g1", once: true };
    expect(made.actions).toEqual([
      expect.objectContaining({
        type: "Action.Execute",
        data,
        fallback: { type: "Action.Submit", title: "Stop", style: "default", data },
      }),
    ]);
  });
});

describe("text", () => {
  it.each<[Words, string]>([
    ["plain words, a-b, 3.5 and Standard_B2als_v2", "plain words, a-b, 3.5 and Standard_B2als_v2"],
    ["*bold* _italic_ `code`", "\\*bold\\* \\_italic\\_ \\`code\\`"],
    ["[a](https://contoso.com)", "\\[a\\](https://contoso.com)"],
    ["- list\n1. list\n# head\n> quote", "\\- list\n1\\. list\n\\# head\n\\> quote"],
    ["~/.ssh ~~no~~", "~/.ssh \\~\\~no\\~\\~"],
    ["{{DATE(2026-01-31T09:05:00Z)}}", "{\u200B{DATE(2026-01-31T09:05:00Z)}}"],
    ["{{{TIME(2026-01-31T09:05:00Z)}}", "{\u200B{\u200B{TIME(2026-01-31T09:05:00Z)}}"],
    ["Tom & Jerry &lt;at&gt;", "Tom & Jerry \\&lt;at\\&gt;"],
    [
      instant("2026-01-31T09:05:00.123Z"),
      "{{DATE(2026-01-31T09:05:00Z, SHORT)}} {{TIME(2026-01-31T09:05:00Z)}}",
    ],
  ])("%j", (text, shown) => expect(write(text, markdown)).toBe(shown));
});
