import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { SeenMessage } from "../../teams/messages.ts";
import { suggestMentions } from "../mentions.ts";
import type { TeamsConversation } from "../teams-view.ts";
import { countAfter, placeButton, stayAtEnd } from "./chat.ts";
import { composer } from "./composer.ts";
import { type Deeds, type Model, openConversation, openKey, seenKey, type View } from "./model.ts";
import { teamsMessage } from "./teams-message.ts";

/** The Teams side: chats and channels, messages of the open one, composer. */
export const teamsPane: View<TemplateResult> = (model, deeds) => {
  const { conversations = [], team = "" } = model.teams ?? {};
  const list = (title: string, kinds: readonly TeamsConversation["kind"][]) => {
    const inside = kinds.flatMap((wanted) => conversations.filter(({ kind }) => kind === wanted));
    if (inside.length === 0) return nothing;
    return html`<h3>${title}</h3>${inside.map((one) => placeButton(placeOf(model, deeds, one)))}`;
  };
  return html`<section class="chat teams" id="teams" aria-label="Teams">
    <nav aria-label="Chats and channels">
      <h2>Teams</h2>
      ${list("Chat", ["personal", "groupChat"])}${list(team, ["channel"])}
    </nav>
    <div class="conversation">${conversation(model, deeds)}</div>
  </section>`;
};

const signs = { channel: "#", groupChat: "⁂" } as const;

function placeOf(model: Model, deeds: Deeds, { id, kind, name }: TeamsConversation) {
  const isOpen = id === openConversation(model)?.id;
  const ids = messagesIn(model, id).map((message) => message.id);
  return {
    name,
    isOpen,
    unread: isOpen ? 0 : countAfter(ids, model.seen[seenKey(model, id)]),
    sign:
      kind === "personal"
        ? html`<img src="/avatars/bot.svg" alt="" />`
        : html`<span aria-hidden="true">${signs[kind]}</span>`,
    choose: () =>
      deeds.set({
        open: { ...model.open, [openKey(model)]: id },
        notice: undefined,
        toast: undefined,
        thread: undefined,
      }),
  };
}

const messagesIn = ({ teams }: Model, id: string | undefined) =>
  (teams?.messages ?? []).filter(({ conversationId }) => conversationId === id);

const abouts = { personal: "chat with the bot", groupChat: "group chat", channel: "channel" } as const;

function conversation(model: Model, deeds: Deeds): TemplateResult {
  const open = openConversation(model);
  const { kind = "personal", name = "" } = open ?? {};
  const messages = messagesIn(model, open?.id);
  const { toast, thread } = model;
  const placeholder =
    thread !== undefined
      ? "Reply with @OpenClaw and a command"
      : kind === "personal"
        ? "Type a command, such as request or help"
        : "Type @OpenClaw and a command";
  stayAtEnd();
  return html`<header class="channel"><h2>${name}</h2><span>${abouts[kind]}</span></header>
    <div class="messages" role="log" aria-label="Messages in ${name}" tabindex="0">
      ${messages.length === 0 ? html`<p class="empty">Nothing here yet. ${placeholder} below.</p>` : nothing}
      ${repeat(
        threadsOf(messages, kind),
        ([{ id }]) => `${open?.id} ${id}`,
        (posts) => threadView(posts, model, deeds, kind === "channel"),
      )}
    </div>
    ${toast ? html`<p class="toast" role="status">${toast}<button type="button" aria-label="Close" @click=${() => deeds.set({ toast: undefined })}>×</button></p>` : nothing}
    ${thread === undefined ? nothing : html`<p class="replying">Replying to a post <button type="button" @click=${() => deeds.set({ thread: undefined })}>New post instead</button></p>`}
    ${composer(model, deeds, {
      placeholder,
      takesFile: kind === "personal",
      suggestions: suggestMentions(model.line, open?.names ?? []),
      send: (line) => void deeds.say(line),
    })}`;
}

type Thread = readonly [SeenMessage, ...SeenMessage[]];

/** In a channel, replies are shown below their post, regardless of time. */
function threadsOf(messages: readonly SeenMessage[], kind: TeamsConversation["kind"]): Thread[] {
  if (kind !== "channel") return messages.map((message) => [message]);
  const isRoot = ({ rootId }: SeenMessage) => !messages.some(({ id }) => id === rootId);
  return messages
    .filter(isRoot)
    .map((post) => [post, ...messages.filter(({ rootId }) => rootId === post.id)] as const);
}

function threadView(posts: Thread, model: Model, deeds: Deeds, isChannel: boolean): TemplateResult {
  const [{ id, from }] = posts;
  const me = model.teams?.me.id ?? "";
  const drawn = repeat(
    posts,
    (message) => message.id,
    (message) => guard([JSON.stringify(message), me], () => teamsMessage(message, me, deeds)),
  );
  if (!isChannel) return html`${drawn}`;
  const reply = () => {
    deeds.set({ thread: id });
    document.querySelector<HTMLInputElement>("#line")?.focus();
  };
  return html`<section class="thread" aria-label="Post by ${from.name}">${drawn}
    <button type="button" class="reply" @click=${reply}>Reply</button>
  </section>`;
}
