import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Card } from "../../../bot/core/card.ts";
import { asItStands, instant, type Words, words, write } from "../../../bot/core/text.ts";
import { messageFrom } from "../../../bot/platforms/discord/render.ts";
import { cardFrom, summaryOf } from "../../../bot/platforms/teams/card.ts";
import { readAsDiscord } from "./discord/client.ts";
import { hostile, moments } from "./hostile.ts";
import { blocksOf, expectShown, strings } from "./shown.ts";
import { readAsTeams } from "./teams/client.ts";

/** One text of others between words and moments of ours. */
const mixed: fc.Arbitrary<Words> = fc.oneof(
  hostile,
  fc
    .tuple(hostile, moments, hostile)
    .map(([before, at, after]) => words`${before} until ${instant(at)}, ${after}`),
);

const aCard: fc.Arbitrary<Card> = fc.record({
  title: mixed,
  tone: fc.constantFrom("info", "working", "good", "bad"),
  text: fc.option(mixed, { nil: undefined }),
  facts: fc.array(fc.tuple(hostile, mixed), { maxLength: 4 }),
  sections: fc.array(
    fc.record({ text: mixed, code: fc.option(hostile, { nil: undefined }) }, { requiredKeys: ["text"] }),
    { maxLength: 3 },
  ),
  buttons: fc.array(fc.record({ label: hostile, line: fc.constant({ command: "stop", options: {} }) }), {
    maxLength: 2,
  }),
  footer: fc.option(hostile, { nil: undefined }),
});

/** The longest texts keep the parsers busy. */
const runs = { numRuns: 40 };

describe("on Discord", () => {
  test("each text of a card says what it says, and nothing else", () => {
    fc.assert(
      fc.property(mixed, hostile, (text, label) => {
        const [embed] = messageFrom({ title: "t", tone: "info", text, facts: [[label, text]] }).embeds;
        expectShown(readAsDiscord(embed?.description || "–"), text);
        const [field] = embed?.fields ?? [];
        expectShown(readAsDiscord(field?.name ?? ""), label);
        expectShown(readAsDiscord(field?.value ?? ""), text);
      }),
      runs,
    );
  });

  test("a title does, and where it is too long for one, or names a moment, it is the text", () => {
    fc.assert(
      fc.property(mixed, (title) => {
        const [embed] = messageFrom({ title, tone: "info" }).embeds;
        expectShown(readAsDiscord(embed?.title ?? embed?.description ?? ""), title);
      }),
      runs,
    );
  });

  test("what stands in code ends it nowhere", () => {
    fc.assert(
      fc.property(hostile, (code) => {
        const [embed] = messageFrom({ title: "t", tone: "info", sections: [{ text: "Run:", code }] }).embeds;
        const read = readAsDiscord(embed?.description ?? "");
        const shown = read.text.startsWith("Run:\n…") ? words`Run:\n…` : words`Run:\n${code}`;
        expectShown({ ...read, text: read.text.replaceAll("`\u200B", "`") }, shown);
      }),
      runs,
    );
  });

  test("no card is more than Discord takes", () => {
    fc.assert(
      fc.property(aCard, (card) => {
        const message = messageFrom(card);
        const [embed] = message.embeds;
        const fields = embed?.fields?.flatMap(({ name, value }) => [name, value]) ?? [];
        const texts = [embed?.title, embed?.description, ...fields, embed?.footer?.text];
        expect(texts.filter((text) => text?.trim() === "")).toEqual([]);
        expect(texts.join("").length).toBeLessThanOrEqual(6000);
        expect(strings(message).every((text) => text.isWellFormed() && text.length <= 4096)).toBe(true);
        const buttons = message.components.flatMap(({ components }) => components);
        for (const { label = "" } of buttons) expect(label.trim().length).toBeGreaterThan(0);
        expect(readAsDiscord(embed?.description ?? "").marks).toEqual([]);
      }),
      runs,
    );
  });
});

describe("on Teams", () => {
  test("each text of a card says what it says, and nothing else", () => {
    fc.assert(
      fc.property(mixed, hostile, (text, label) => {
        const [heading, ...others] = blocksOf(
          cardFrom({ title: text, tone: "info", text, facts: [[label, text]] }),
        );
        expectShown(readAsTeams(heading ?? ""), text);
        const [value, name] = [others.pop() ?? "", others.pop() ?? ""];
        expectShown(readAsTeams(value), text);
        expectShown(readAsTeams(name), label);
        // One block a line.
        const lines = others.map(readAsTeams);
        expectShown(
          {
            text: lines.map((line) => line.text).join("\n") || "–",
            times: lines.flatMap(({ times }) => times),
            marks: lines.flatMap(({ marks }) => marks),
          },
          text,
        );
      }),
      runs,
    );
  });

  test("what stands in code, or in small print, is no more than that", () => {
    fc.assert(
      fc.property(hostile, hostile, (code, footer) => {
        const card = cardFrom({ title: "t", tone: "info", sections: [{ text: "Run:", code }], footer });
        for (const block of blocksOf(card))
          expect(readAsTeams(block)).toMatchObject({ marks: [], times: [] });
      }),
      runs,
    );
  });

  test("the words without a card are all there, and link nowhere even where they are read as Markdown", () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const summary = summaryOf({ title: text, tone: "info" });
        const { marks } = readAsTeams(summary);
        expect(marks.filter((mark) => /link|image|DATE|TIME/.test(mark))).toEqual([]);
        const whole = write(text, asItStands).trim();
        const shown = summary.replaceAll(/(?<=[\]<{])\u200B/g, "").trim();
        expect(shown === whole || (shown.endsWith("…") && whole.startsWith(shown.slice(0, -1)))).toBe(true);
      }),
      runs,
    );
  });

  test("no card is more than Teams takes", () => {
    fc.assert(
      fc.property(aCard, (card) => {
        const made = cardFrom(card);
        expect(Buffer.byteLength(JSON.stringify(made))).toBeLessThanOrEqual(25_000);
        expect(strings(made).every((text) => text.isWellFormed())).toBe(true);
        expect(blocksOf(made).flatMap((block) => readAsTeams(block).marks)).toEqual([]);
        for (const { title } of made.actions ?? []) expect(String(title).trim()).not.toBe("");
      }),
      runs,
    );
  });
});
