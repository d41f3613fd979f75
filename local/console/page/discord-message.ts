import { html, nothing, type TemplateResult } from "lit";
import type { Message } from "../../discord/store.ts";
import { sentAt } from "./chat.ts";
import { markdown } from "./discord-markdown.ts";
import type { Deeds } from "./model.ts";

const ephemeral = 64;
const loading = 128;

/** One message of the bot, drawn by Discord's look-alike components. */
export function messageView(message: Message, deeds: Deeds, dismiss: () => void): TemplateResult {
  const shown = sentAt(new Date(message.timestamp));
  return html`<discord-message
    role="article"
    aria-label="OpenClaw, ${shown}"
    data-message-id=${message.id}
    author="OpenClaw"
    avatar="/avatars/bot.svg"
    bot
    timestamp=${shown}
    ?edited=${message.content !== "" && message.edited_timestamp !== null && (message.flags & loading) === 0}
    ?ephemeral=${(message.flags & ephemeral) !== 0}
    .dismissMessageClicked=${dismiss}
  >
    ${
      message.interaction
        ? html`<discord-command
          slot="reply"
          author=${message.interaction.user.global_name ?? message.interaction.user.username}
          avatar="/avatars/${message.interaction.user.id}.svg"
          command="/${message.interaction.name}"
        ></discord-command>`
        : nothing
    }
    ${(message.flags & loading) !== 0 ? html`<em class="thinking">OpenClaw is thinking…</em>` : markdown(message.content)}
    ${message.embeds.map(embedView)}
    ${
      message.components.length > 0
        ? html`<discord-attachments slot="components">
          ${message.components.map((row) => html`<discord-action-row>${row.components.map((one) => componentView(message, one, deeds))}</discord-action-row>`)}
        </discord-attachments>`
        : nothing
    }
  </discord-message>`;
}

/** Draws titles in the description, because the component takes any long number in a title for an emoji on Discord's servers. */
function embedView(embed: Message["embeds"][number]): TemplateResult {
  const colour = embed.color ? `#${embed.color.toString(16).padStart(6, "0")}` : "";
  return html`<discord-embed slot="embeds" color=${colour}>
    <discord-embed-description slot="description">
      ${embed.author ? html`<span class="line author">${embed.author.name}</span>` : nothing}
      ${embed.title ? html`<strong class="line title">${markdown(embed.title)}</strong>` : nothing}
      ${markdown(embed.description ?? "")}
    </discord-embed-description>
    ${
      embed.fields?.length
        ? html`<div slot="fields" class="fields">
          ${embed.fields.map(
            ({ name, value, inline }) =>
              html`<div class=${inline ? "field inline" : "field"}><strong class="line">${name}</strong>${markdown(value)}</div>`,
          )}
        </div>`
        : nothing
    }
    ${
      embed.footer || embed.timestamp
        ? html`<discord-embed-footer slot="footer">
          ${[embed.footer?.text, embed.timestamp && new Date(embed.timestamp).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "short" })].filter(Boolean).join(" • ")}
        </discord-embed-footer>`
        : nothing
    }
  </discord-embed>`;
}

const styles = { 1: "primary", 2: "secondary", 3: "success", 4: "destructive", 5: "secondary" } as const;

function componentView(
  message: Message,
  component: Message["components"][number]["components"][number],
  deeds: Deeds,
): TemplateResult {
  const id = component.custom_id ?? "";
  if (component.type === 2) {
    const click = () => component.disabled || component.url || void deeds.click(message.id, id);
    return html`<discord-button
      type=${styles[component.style]}
      .url=${component.url ?? undefined}
      ?disabled=${component.disabled === true}
      @click=${click}
      >${component.emoji?.name ?? ""} ${component.label}</discord-button
    >`;
  }
  if (component.type !== 3) return html`<em>This console can't show a select of type ${component.type}.</em>`;
  const choose = (event: Event) => {
    if (event.target instanceof HTMLSelectElement && event.target.value)
      void deeds.click(message.id, id, [event.target.value]);
  };
  return html`<select class="select" aria-label=${component.placeholder ?? "Choose"} ?disabled=${component.disabled === true} @change=${choose}>
    <option value="">${component.placeholder ?? "Make a selection"}</option>
    ${component.options?.map((option) => html`<option value=${option.value} ?selected=${option.default === true}>${option.label}</option>`)}
  </select>`;
}
