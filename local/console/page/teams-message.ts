import { html, nothing, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { everyone } from "../../discord/people.ts";
import type { SeenMessage } from "../../teams/messages.ts";
import { cardElement, markdownToHtml } from "./adaptive-card.ts";
import { sentAt } from "./chat.ts";
import type { Deeds } from "./model.ts";

/** One message, as Teams shows it. */
export function teamsMessage(message: SeenMessage, me: string, deeds: Deeds): TemplateResult {
  const { id, from, at, editedAt, targeted, attachments } = message;
  const shown = sentAt(new Date(at));
  return html`<article class=${from.id === me ? "post mine" : "post"} aria-label="${from.name}, ${shown}" data-message-id=${id}>
    <img src="/avatars/${avatarOf(from)}.svg" alt="" />
    <header><b>${from.name}</b><time datetime=${at}>${shown}</time>${editedAt ? html`<span>Edited</span>` : nothing}</header>
    ${targeted ? html`<p class="only">Only you can see this message</p>` : nothing}
    ${textOf(message)}
    ${attachments.map(({ contentType, content, ...file }) =>
      contentType === "application/vnd.microsoft.teams.file.download.info"
        ? html`<p class="file">${file["name"]}</p>`
        : content && contentType === "application/vnd.microsoft.card.adaptive"
          ? html`<div class="card">${cardElement(content, (label, inputs) => void deeds.press(id, label, inputs))}</div>`
          : html`<em>This console can't show an attachment of type ${contentType}.</em>`,
    )}
  </article>`;
}

const avatarOf = ({ name }: { name: string }): string =>
  everyone.find((person) => person.name === name)?.id ?? "bot";

/** Shows what people type as it is, except for mentions. */
function textOf({ text, from }: SeenMessage): TemplateResult | typeof nothing {
  if (!text) return nothing;
  if (avatarOf(from) === "bot") return html`<div class="text">${unsafeHTML(markdownToHtml(text))}</div>`;
  const pieces = text.split(/<at>(.*?)<\/at>/);
  return html`<p class="text">${pieces.map((piece, index) => (index % 2 === 1 ? html`<span class="mention">${piece}</span>` : piece))}</p>`;
}
