import { describe, expect, it } from "vitest";
import { instant, words } from "../../../../bot/core/text.ts";
import { answerFrom, deferred, messageFrom } from "../../../../bot/platforms/discord/render.ts";
import { cards, form } from "../cards.ts";

const golden = (name: string) => `../golden/discord/${name}.json`;
const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

describe("cards", () => {
  const { endless, ...others } = cards;
  it.each(Object.entries(others))("renders %s", async (name, card) => {
    await expect(json(messageFrom(card))).toMatchFileSnapshot(golden(name));
  });

  it("keeps what is endless within Discord's limits, and says that something is missing", () => {
    const { embeds, components } = messageFrom(endless);
    const [embed] = embeds;
    expect(embed?.description?.length).toBeLessThanOrEqual(4096);
    expect(embed?.description?.endsWith("…")).toBe(true);
    expect(embed?.fields?.length ?? 0).toBeLessThanOrEqual(25);
    const texts = [embed?.title, embed?.description, embed?.footer?.text];
    const fields = embed?.fields?.flatMap(({ name, value }) => [name, value]) ?? [];
    expect([...texts, ...fields].join("").length).toBeLessThanOrEqual(6000);
    expect(components.map((row) => row.components.length)).toEqual([5, 5, 5, 5, 5]);
  });

  it("never cuts a moment in half", () => {
    for (let filler = 4060; filler <= 4100; filler += 1) {
      const text = words`${"x".repeat(filler)}${instant("2026-01-31T09:05:00Z")}`;
      const description = messageFrom({ title: "t", tone: "info", text }).embeds[0]?.description ?? "";
      expect(description.length).toBeLessThanOrEqual(4096);
      expect(description).toMatch(/x(<t:1769850300:f>|…)$/);
    }
  });

  it("leaves out a button that carries more than Discord takes, and keeps the others", () => {
    const line = { command: "roster add", options: { entra: "x".repeat(100) } };
    const short = { command: "status", options: {} };
    const buttons = [
      { label: "Long", line },
      { label: "Status", line: short },
    ];
    const { components } = messageFrom({ title: "t", tone: "info", buttons });
    expect(components.flatMap((row) => row.components.map(({ label }) => label))).toEqual(["Status"]);
  });
});

describe("answers", () => {
  it("are seen by the caller alone", async () => {
    await expect(json(answerFrom({ card: cards.working }, true))).toMatchFileSnapshot(golden("answer"));
    expect(deferred).toEqual({ type: 5, data: { flags: 64 } });
  });

  it("open a dialog, or offer a button where Discord opens none", async () => {
    await expect(json(answerFrom({ form }, true))).toMatchFileSnapshot(golden("form"));
    await expect(json(answerFrom({ form }, false))).toMatchFileSnapshot(golden("form-after-form"));
  });

  it("ask for the whole command again where what was typed is too long for a dialog to keep", () => {
    const options = { entra: `${"x".repeat(82)}@contoso.com` };
    const answer = answerFrom({ form: { ...form, line: { command: "roster transfer", options } } }, true);
    expect(answer).toMatchObject({ type: 4, data: { components: [] } });
    expect(json(answer)).toContain("type the command again");
  });

  it("have a select where something can be picked, of no more than Discord takes", () => {
    const choices = Array.from({ length: 30 }, (_, i) => ({
      name: `${i} ${"x".repeat(200)}`,
      value: `v${i}`,
    }));
    const selects = (field: object) => {
      const fields = [{ name: "size", label: "Size", ...field }];
      const { data } = answerFrom({ form: { ...form, fields } }, true) as { data: object };
      return (data as { components: { component: { type: number; options?: object[] } }[] }).components.map(
        ({ component }) => component,
      );
    };
    const [select] = selects({ choices });
    expect(select).toMatchObject({ type: 3, custom_id: "size", required: true });
    expect(select?.options).toHaveLength(25);
    expect(select?.options?.[0]).toEqual({ label: `0 ${"x".repeat(97)}…`, value: "v0" });
    const unusable = [{ name: "One", value: "x".repeat(101) }];
    expect(selects({ choices: unusable })).toMatchObject([{ type: 4 }]);
    expect(selects({ choices: [] })).toMatchObject([{ type: 4 }]);
  });

  it("give a text of many lines a large field", () => {
    const fields = [{ name: "json", label: "The text", long: true }] as const;
    const { data } = answerFrom({ form: { ...form, fields } }, true) as { data: object };
    expect(data).toMatchObject({ components: [{ component: { style: 2, max_length: 4000 } }] });
  });
});
