import {
  type APIActionRowComponent,
  type APIApplicationCommandAutocompleteResponse,
  type APIButtonComponentWithCustomId,
  type APIButtonComponentWithURL,
  type APIEmbed,
  type APIEmbedField,
  type APIInteractionResponse,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APIStringSelectComponent,
  type APITextInputComponent,
  ButtonStyle,
  ComponentType,
  InteractionResponseType,
  MessageFlags,
  TextInputStyle,
} from "discord-api-types/v10";
import {
  type Button,
  type Card,
  type Choice,
  type CommandLine,
  encodeLine,
  type Fact,
  type Form,
  type FormField,
  type Link,
  type Reply,
  type Section,
} from "../../core/card.ts";
import {
  asItStands,
  clip,
  filled,
  isBlank,
  partsOf,
  utc,
  type Writing,
  wellFormed,
  write,
} from "../../core/text.ts";

/** A classic message: embed and buttons. Fields that a card lacks are empty, so that an edit removes what was there. */
export interface DiscordMessage {
  readonly embeds: APIEmbed[];
  readonly components: APIActionRowComponent<APIButtonComponentWithCustomId | APIButtonComponentWithURL>[];
  /** Pings no one, whoever is named. */
  readonly allowed_mentions: { readonly parse: [] };
}

export const messageFrom = (card: Card): DiscordMessage => ({
  embeds: [embedFrom(card)],
  components: rowsFrom(card),
  allowed_mentions: { parse: [] },
});

/** The answer to an interaction, which only the caller sees. */
export function answerFrom(reply: Reply, canOpenModal: boolean): APIInteractionResponse {
  if ("form" in reply && canOpenModal && fits(reply.form.line))
    return { type: InteractionResponseType.Modal, data: modalFrom(reply.form) };
  return {
    type: InteractionResponseType.ChannelMessageWithSource,
    data: {
      ...messageFrom("form" in reply ? askAgain(reply.form) : reply.card),
      flags: MessageFlags.Ephemeral,
    },
  };
}

export const deferred: APIInteractionResponse = {
  type: InteractionResponseType.DeferredChannelMessageWithSource,
  data: { flags: MessageFlags.Ephemeral },
};

/** The message whose button was pressed stays as it is. */
export const unchanged: APIInteractionResponse = { type: InteractionResponseType.DeferredMessageUpdate };

/** A command needs an answer with words. */
export const wait: APIInteractionResponse = {
  type: InteractionResponseType.ChannelMessageWithSource,
  data: { content: "Wait a moment.", flags: MessageFlags.Ephemeral },
};

/** Discord opens no dialog in answer to a dialog, so a button opens it. What is too long for both has to be typed again. */
const askAgain = ({ title, fields, line }: Form): Card => ({
  title,
  tone: "info",
  text: `Still missing: ${fields.map(({ label }) => label).join(", ")}.${fits(line) ? "" : " What you typed is too long for a dialog to keep: type the command again, with all its options."}`,
  buttons: fits(line) ? [{ label: "Fill in", style: "primary", line }] : [],
});

/**
 * Five rows of five ("Component Reference", 2026-01). Two buttons that do the same become one, because their ids must differ. A button
 * that carries more than Discord accepts is left out, because with it nothing of the message would be shown.
 */
function rowsFrom({ buttons = [], link }: Card): DiscordMessage["components"] {
  const usable = buttons.filter(({ line }) => fits(line));
  const distinct = [...new Map(usable.map((button) => [encodeLine(button.line), button]))];
  const all = [...(link ? [linkFrom(link)] : []), ...distinct.map(buttonFrom)].slice(0, 25);
  return Array.from({ length: Math.ceil(all.length / 5) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: all.slice(row * 5, row * 5 + 5),
  }));
}

const linkFrom = ({ label, url }: Link): APIButtonComponentWithURL => ({
  type: ComponentType.Button,
  style: ButtonStyle.Link,
  label: filled(label, 80, asItStands),
  url,
});

const buttonFrom = ([id, { label, style }]: readonly [string, Button]): APIButtonComponentWithCustomId => ({
  type: ComponentType.Button,
  style: styles[style ?? "plain"],
  label: filled(label, 80, asItStands),
  custom_id: id,
});

const styles = {
  primary: ButtonStyle.Primary,
  danger: ButtonStyle.Danger,
  plain: ButtonStyle.Secondary,
} as const;

const modalFrom = ({ title, line, fields }: Form): APIModalInteractionResponseCallbackData => ({
  custom_id: encodeLine(line),
  title: filled(title, 45, asItStands),
  components: fields.slice(0, 5).map(labelFrom),
});

const labelFrom = (field: FormField): APILabelComponent => ({
  type: ComponentType.Label,
  label: filled(field.label, 45, asItStands),
  ...(field.label.length > 45 ? { description: clip(field.label, 100, asItStands) } : {}),
  component: field.choices?.some(canOffer) ? selectFrom(field.name, field.choices) : inputFrom(field),
});

const inputFrom = ({ name, placeholder, long }: FormField): APITextInputComponent => ({
  type: ComponentType.TextInput,
  custom_id: name,
  style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
  required: true,
  max_length: long ? 4000 : 400,
  ...(placeholder ? { placeholder: clip(placeholder, 100, asItStands) } : {}),
});

const selectFrom = (name: string, choices: readonly Choice[]): APIStringSelectComponent => ({
  type: ComponentType.StringSelect,
  custom_id: name,
  required: true,
  options: offered(choices).map((choice) => ({ label: choice.name, value: choice.value })),
});

/** The choices shown to a person who is typing an option. */
export const choicesFrom = (choices: readonly Choice[]): APIApplicationCommandAutocompleteResponse => ({
  type: InteractionResponseType.ApplicationCommandAutocompleteResult,
  data: { choices: offered(choices) },
});

/** At most 25 ("Application Commands" and "Component Reference", 2026-01). Two that stand for the same are one: Discord refuses them. */
const offered = (choices: readonly Choice[]): Choice[] =>
  [...new Map(choices.filter(canOffer).map((choice) => [choice.value, choice])).values()]
    .slice(0, 25)
    .map(({ name, value }) => ({ name: filled(name, 100, asItStands), value }));

/** A value of more than 100 characters can't be cut: it would be another. */
const canOffer = ({ value }: Choice): boolean => value !== "" && value.length <= 100;

/** Whether a button or dialog can carry a line: an id has at most 100 characters ("Component Reference", 2026-01). */
const fits = (line: CommandLine): boolean => encodeLine(line).length <= 100;

/**
 * Escapes every character of Discord's Markdown ("Markdown Text 101" and "Message Formatting", 2026-01): no text by others becomes a
 * link, a mention or a time. Not even a web address does, because Discord treats characters within it in ways of its own.
 */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\\*_~`|<[\]]|:(?=\/\/)|@(?=everyone|here)/g, "\\$&")
    // No blank here ends a line, so each line is looked at once.
    .replaceAll(/^([^\S\n\r\u2028\u2029]*)([-#>])/gm, "$1\\$2")
    .replaceAll(/^([^\S\n\r\u2028\u2029]*\d+)\.(?=\s|$)/gm, "$1\\.");

/** For descriptions and values. Moments appear in the reader's own time zone. */
const markdown: Writing = {
  text: escaped,
  instant: (time) => `<t:${Math.floor(time.getTime() / 1000)}:f>`,
};

/** For titles and names, where Discord shows no timestamps. */
const markdownWithUtc: Writing = { text: escaped, instant: utc };

/** Discord developer documentation, "Embed limits", 2026-01; in characters. */
const limits = { title: 256, description: 4096, fields: 25, name: 256, value: 1024, footer: 2048, all: 6000 };

const colours = { info: 0x58_65_f2, working: 0xf0_b2_32, good: 0x23_a5_5a, bad: 0xda_37_3c } as const;

/** A card as an embed, which has no empty title, name or value. What is too long is cut with an ellipsis; a command meant to be copied is left out as a whole. */
function embedFrom(card: Card): APIEmbed {
  // A title may be too long for one, where moments couldn't be shown in the reader's time zone either.
  const asText =
    write(card.title, asItStands).length > limits.title ||
    partsOf(card.title).some((part) => typeof part !== "string");
  const untitled = asText || (card.title.length === 0 && card.text !== undefined && !isBlank(card.text));
  const title = untitled ? "" : filled(card.title, limits.title, markdownWithUtc);
  const footer = card.footer && !isBlank(card.footer) ? clip(card.footer, limits.footer, asItStands) : "";
  const blocks: Section[] = [
    ...(asText ? [{ text: card.title }] : []),
    ...(card.text && !isBlank(card.text) ? [{ text: card.text }] : []),
    ...(card.sections ?? []),
  ];
  // Minus the two characters that stand for omitted fields.
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
 * Verbatim, and easy to copy. Three backticks would end the block, so an invisible space keeps them apart. Discord doesn't recognise an
 * empty block and would look for its end further down.
 */
const fenced = (code: string): string =>
  `\`\`\`\n${wellFormed(code).replaceAll(/`(?=``)/g, "`\u200B")}\n\`\`\``;
