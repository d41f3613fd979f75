import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIButtonComponentWithURL,
  type APIEmbed,
  type APIInteractionResponse,
  type APIModalInteractionResponseCallbackData,
  ButtonStyle,
  ComponentType,
  InteractionResponseType,
  MessageFlags,
  TextInputStyle,
} from "discord-api-types/v10";
import type { Button, Card, CommandLine, Form, FormField, Link, Reply } from "../../core/card.ts";
import { encodeLine } from "../../core/commandLine.ts";
import { asItStands, clip, filled } from "../../core/text.ts";
import { embedFrom } from "./embed.ts";

/** A message of the older kind: embed and buttons. Fields that a card lacks are empty, so that an edit removes what was there. */
export interface DiscordMessage {
  readonly embeds: APIEmbed[];
  readonly components: APIActionRowComponent<APIButtonComponentWithCustomId | APIButtonComponentWithURL>[];
  /** Nobody is pinged, whoever is named. */
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

/** A command has no answer without words. */
export const wait: APIInteractionResponse = {
  type: InteractionResponseType.ChannelMessageWithSource,
  data: { content: "Wait a moment.", flags: MessageFlags.Ephemeral },
};

/** Discord opens no dialog as the answer to a dialog: a button opens it. What is too long for either has to be typed once more. */
const askAgain = ({ title, fields, line }: Form): Card => ({
  title,
  tone: "info",
  text: `Still missing: ${fields.map(({ label }) => label).join(", ")}.${fits(line) ? "" : " What you typed is too long for a dialog to keep: type the command again, with all that it needs."}`,
  buttons: fits(line) ? [{ label: "Fill in", style: "primary", line }] : [],
});

/**
 * Five rows of five ("Component Reference", 2026-01). Two buttons that do the same are one: their ids must differ. One that carries more
 * than Discord takes is left out, since nothing of the message would be shown with it.
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

const labelFrom = ({ name, label, placeholder, long }: FormField) => ({
  type: ComponentType.Label as const,
  label: filled(label, 45, asItStands),
  ...(label.length > 45 ? { description: clip(label, 100, asItStands) } : {}),
  component: {
    type: ComponentType.TextInput as const,
    custom_id: name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: true,
    max_length: long ? 4000 : 400,
    ...(placeholder ? { placeholder: clip(placeholder, 100, asItStands) } : {}),
  },
});

/** Whether a button or dialog can carry a line: an id has at most 100 characters ("Component Reference", 2026-01). */
const fits = (line: CommandLine): boolean => encodeLine(line).length <= 100;
