import type { APIEmbed, APIEmbedField } from "discord-api-types/v10";
import { type Card, momentPattern, type Section } from "../../core/card.ts";
import { clip, showMoments, utc } from "../../core/text.ts";

/** Discord developer documentation, "Embed limits", 2026-01; in characters. */
const limits = { title: 256, description: 4096, fields: 25, name: 256, value: 1024, footer: 2048, all: 6000 };

const colours = { info: 0x58_65_f2, working: 0xf0_b2_32, good: 0x23_a5_5a, bad: 0xda_37_3c } as const;

/** A card as an embed. What is too long is cut with an ellipsis; a command that is meant to be copied is left out whole. */
export function embedFrom(card: Card): APIEmbed {
  // A refusal is one sentence: it may be too long for a title, and no moment is shown in the reader's zone there.
  const asText = card.title.length > limits.title || card.title.search(momentPattern) >= 0;
  const title = asText ? "" : clip(card.title, limits.title, markdownWithUtc);
  const footer = card.footer ? clip(card.footer, limits.footer, plain) : "";
  const blocks: Section[] = [
    ...(title === "" ? [{ text: card.title }] : []),
    ...(card.text ? [{ text: card.text }] : []),
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
    const block = [markdown(text), ...(code === undefined ? [] : [fenced(code)])].join("\n");
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

function fieldsFrom(facts: NonNullable<Card["facts"]>, room: number): APIEmbedField[] {
  const fields: APIEmbedField[] = [];
  let left = room;
  for (const [label, content] of facts) {
    const name = clip(label || "–", limits.name, markdownWithUtc);
    const value = clip(content || "–", limits.value, markdown);
    left -= name.length + value.length;
    if (left < 0 || (fields.length === limits.fields - 1 && facts.length > limits.fields)) {
      return [...fields, { name: "…", value: "…" }];
    }
    fields.push({ name, value, inline: true });
  }
  return fields;
}

/** Verbatim, and easy to copy. Three backticks would end it: an invisible space keeps them apart. */
const fenced = (code: string): string => `\`\`\`\n${code.replaceAll("```", "`\u200B``")}\n\`\`\``;

/** Every sign of Discord's markdown loses its meaning, but for the addresses of web pages, which it would damage. */
const escaped = (text: string): string =>
  text.replaceAll(
    /(https?:\/\/\S+)|([\\*_~`|<[\]])|^([ \t]*)([-#>])/gm,
    (_all, url?: string, sign?: string, indent?: string, mark?: string) =>
      url ?? (sign === undefined ? `${indent ?? ""}\\${mark ?? ""}` : `\\${sign}`),
  );

const markdown = (text: string): string =>
  showMoments(escaped(text), (at) => `<t:${Math.floor(at.getTime() / 1000)}:f>`);
/** For titles and names, where Discord shows no timestamps. */
const markdownWithUtc = (text: string): string => showMoments(escaped(text), utc);
/** For what Discord shows as it stands: footers, labels, dialogs. */
export const plain = (text: string): string => showMoments(text, utc);
