import type { APIEmbed, APIEmbedField } from "discord-api-types/v10";
import type { Card, Fact, Section } from "../../core/card.ts";
import { asItStands, clip, filled, isBlank, wellFormed, write } from "../../core/text.ts";
import { partsOf } from "../../core/words.ts";
import { markdown, markdownWithUtc } from "./markdown.ts";

/** Discord developer documentation, "Embed limits", 2026-01; in characters. */
const limits = { title: 256, description: 4096, fields: 25, name: 256, value: 1024, footer: 2048, all: 6000 };

const colours = { info: 0x58_65_f2, working: 0xf0_b2_32, good: 0x23_a5_5a, bad: 0xda_37_3c } as const;

/** A card as an embed, which has no empty title, name or value. What is too long is cut with an ellipsis; a command that is meant to be copied is left out whole. */
export function embedFrom(card: Card): APIEmbed {
  // A refusal is one sentence: it may be too long for a title, and no moment is shown in the reader's zone there.
  const asText =
    write(card.title, asItStands).length > limits.title ||
    partsOf(card.title).some((part) => typeof part !== "string");
  const title = asText ? "" : filled(card.title, limits.title, markdownWithUtc);
  const footer = card.footer && !isBlank(card.footer) ? clip(card.footer, limits.footer, asItStands) : "";
  const blocks: Section[] = [
    ...(title === "" ? [{ text: card.title }] : []),
    ...(card.text && !isBlank(card.text) ? [{ text: card.text }] : []),
    ...(card.sections ?? []),
  ];
  // Less the two characters that stand for fields left out.
  const rest = limits.all - title.length - footer.length - 2;
  const description = descriptionFrom(blocks, Math.min(limits.description, rest));
  const fields = fieldsFrom(card.facts ?? [], rest - description.length);
  return {
    color: colours[card.tone],
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(fields.length > 0 ? { fields } : {}),
    ...(footer ? { footer: { text: footer } } : {}),
  };
}

function descriptionFrom(blocks: readonly Section[], limit: number): string {
  let description = "";
  for (const [index, { text, code }] of blocks.entries()) {
    const gap = description === "" ? "" : "\n\n";
    const block = [
      write(text, markdown),
      ...(code !== undefined && !isBlank(code) ? [fenced(code)] : []),
    ].join("\n");
    // Unless it is the last, leave room to say that something is missing.
    const room = limit - description.length - gap.length - (index < blocks.length - 1 ? 2 : 0);
    if (block.length > room)
      return code === undefined && room > 40
        ? description + gap + clip(text, room, markdown)
        : `${description}\n…`;
    description += gap + block;
  }
  return description;
}

function fieldsFrom(facts: readonly Fact[], room: number): APIEmbedField[] {
  const fields: APIEmbedField[] = [];
  let left = room;
  for (const [label, content] of facts) {
    const name = filled(label, limits.name, markdownWithUtc);
    const value = filled(content, limits.value, markdown);
    left -= name.length + value.length;
    if (left < 0 || (fields.length === limits.fields - 1 && facts.length > limits.fields)) {
      return [...fields, { name: "…", value: "…" }];
    }
    fields.push({ name, value, inline: true });
  }
  return fields;
}

/**
 * Verbatim, and easy to copy. Three backticks would end it: an invisible space keeps them apart. A block with nothing in it is none to
 * Discord, which would look for its end further down.
 */
const fenced = (code: string): string =>
  `\`\`\`\n${wellFormed(code).replaceAll(/`(?=``)/g, "`\u200B")}\n\`\`\``;
