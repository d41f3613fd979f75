import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { keyed } from "lit/directives/keyed.js";
import { repeat } from "lit/directives/repeat.js";
import { fileOption, suggest, typingAt } from "../command-line.ts";
import { countAfter, placeButton, stayAtEnd } from "./chat.ts";
import { composer } from "./composer.ts";
import { messageView } from "./discord-message.ts";
import { type Deeds, type Model, openChannel, openKey, seenKey, type View } from "./model.ts";

const groups = [
  ["channel", "Channels"],
  ["thread", "Threads"],
  ["dm", "Direct messages"],
] as const;

/** The Discord side: channels, messages of the open one, composer. */
export const discordPane: View<TemplateResult> = (
  model,
  deeds,
) => html`<section class="chat" id="discord" aria-label="Discord">
  <nav aria-label="Channels">
    <h2>Contoso</h2>
    ${groups.map(([kind, title]) => {
      const inside = (model.discord?.channels ?? []).filter((channel) => channel.kind === kind);
      return inside.length > 0
        ? html`<h3>${title}</h3>${inside.map((channel) => placeButton(placeOf(model, deeds, channel)))}`
        : nothing;
    })}
  </nav>
  <div class="conversation">${messageList(model, deeds)}${commandLine(model, deeds)}</div>
</section>`;

type Channel = NonNullable<Model["discord"]>["channels"][number];

function placeOf(model: Model, deeds: Deeds, { id, kind, name }: Channel) {
  const isOpen = id === openChannel(model)?.id;
  const inside = model.discord?.messages.filter(({ channel_id }) => channel_id === id) ?? [];
  const ids = inside.map((message) => message.id);
  return {
    name,
    isOpen,
    unread: isOpen ? 0 : countAfter(ids, model.seen[seenKey(model, id)]),
    sign:
      kind === "dm"
        ? html`<img src="/avatars/bot.svg" alt="" />`
        : html`<span aria-hidden="true">${kind === "thread" ? "↳" : "#"}</span>`,
    choose: () => deeds.set({ open: { ...model.open, [openKey(model)]: id }, notice: undefined }),
  };
}

/** While the next letter is asked for, what was offered for the same option stays. */
function offeredNow({ line, discord, offered }: Model) {
  const typing = typingAt(line, discord?.commands ?? []);
  return typing && offered?.of === `${typing.typing} ${typing.option}` ? offered.choices : [];
}

function commandLine(model: Model, deeds: Deeds): TemplateResult {
  const channel = openChannel(model);
  const isDm = channel?.kind === "dm";
  const { commands = [], people = [] } = model.discord ?? {};
  return composer(model, deeds, {
    placeholder: isDm ? "Use the buttons here" : `Type / for the commands in #${channel?.name ?? ""}`,
    takesFile: !isDm && fileOption(model.line, commands) !== undefined,
    suggestions: isDm ? [] : suggest(model.line, commands, people, offeredNow(model)),
    send: (line) => void deeds.type(line),
  });
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
      ${messages.length === 0 ? html`<p class="empty">${channel?.kind === "dm" ? "Nothing here yet. The bot writes when it has something to tell you." : "Nothing here yet. Type / below to see what the bot can do."}</p>` : nothing}
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
