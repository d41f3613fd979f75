import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { keyed } from "lit/directives/keyed.js";
import { repeat } from "lit/directives/repeat.js";
import { composer } from "./composer.ts";
import { messageView } from "./message.ts";
import { type Deeds, type Model, openChannel, type View } from "./model.ts";

const groups = [
  ["channel", "Channels"],
  ["thread", "Threads"],
  ["dm", "Direct messages"],
] as const;

/** The Discord side: channels, messages of the open one, composer. */
export const discordPane: View<TemplateResult> = (
  model,
  deeds,
) => html`<section class="discord" id="discord" aria-label="Discord">
  <nav aria-label="Channels">
    <h2>Contoso</h2>
    ${groups.map(([kind, title]) => {
      const inside = (model.discord?.channels ?? []).filter((channel) => channel.kind === kind);
      return inside.length > 0
        ? html`<h3>${title}</h3>${inside.map((channel) => channelButton(model, deeds, channel))}`
        : nothing;
    })}
  </nav>
  <div class="conversation">${messageList(model, deeds)}${composer(model, deeds)}</div>
</section>`;

type Channel = NonNullable<Model["discord"]>["channels"][number];

function channelButton(model: Model, deeds: Deeds, channel: Channel): TemplateResult {
  const isOpen = channel.id === openChannel(model)?.id;
  const seen = BigInt(model.seen[`${model.userId} ${channel.id}`] ?? 0);
  const unread = isOpen
    ? 0
    : (model.discord?.messages.filter(
        (message) => message.channel_id === channel.id && BigInt(message.id) > seen,
      ).length ?? 0);
  const choose = () =>
    deeds.set({ channels: { ...model.channels, [model.userId]: channel.id }, notice: undefined });
  const sign =
    channel.kind === "dm"
      ? html`<img src="/avatars/bot.svg" alt="" />`
      : html`<span aria-hidden="true">${channel.kind === "thread" ? "↳" : "#"}</span>`;
  return html`<button type="button" aria-current=${isOpen ? "page" : nothing} @click=${choose}>
    ${sign}<span class="name">${channel.name}</span>
    ${unread > 0 ? html`<b class="unread">${unread}<span class="hidden"> unread</span></b>` : nothing}
  </button>`;
}

function messageList(model: Model, deeds: Deeds): TemplateResult {
  const channel = openChannel(model);
  const messages = (model.discord?.messages ?? []).filter(
    ({ id, channel_id }) => channel_id === channel?.id && !model.dismissed.includes(id),
  );
  const isLight = matchMedia("(prefers-color-scheme: light)").matches;
  const title = channel?.kind === "dm" ? "OpenClaw" : `#${channel?.name ?? ""}`;
  stayAtEnd();
  return html`<header class="channel"><h2>${title}</h2>${channel?.kind === "dm" ? html`<span>direct messages with the bot</span>` : nothing}</header>
    <div class="messages" role="log" aria-label="Messages in ${title}" tabindex="0">
      ${messages.length === 0 ? html`<p class="empty">${channel?.kind === "dm" ? "Nothing here yet. The bot writes when it has something to tell." : "Nothing here yet. Type / below to see what the bot can do."}</p>` : nothing}
      ${keyed(
        `${isLight} ${channel?.id}`,
        html`<discord-messages no-background ?light-theme=${isLight}>
          ${repeat(
            messages,
            ({ id }) => id,
            (message) =>
              guard([JSON.stringify(message)], () =>
                messageView(message, deeds, () => deeds.set({ dismissed: [...model.dismissed, message.id] })),
              ),
          )}
        </discord-messages>`,
      )}
    </div>`;
}

/** Keeps the newest message in sight, unless the reader has scrolled up. */
function stayAtEnd(): void {
  const list = document.querySelector(".messages");
  const wasAtEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const toEnd = () => {
    const now = document.querySelector(".messages");
    if (wasAtEnd && now) now.scrollTop = now.scrollHeight;
  };
  // The components draw themselves a little later.
  requestAnimationFrame(() => requestAnimationFrame(toEnd));
}
