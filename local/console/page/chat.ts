import { html, nothing, type TemplateResult } from "lit";

/** A place to write in, as an entry in the list. */
export interface Place {
  readonly name: string;
  /** Before the name. */
  readonly sign: TemplateResult;
  readonly unread: number;
  readonly isOpen: boolean;
  choose(): void;
}

export const placeButton = ({ name, sign, unread, isOpen, choose }: Place): TemplateResult =>
  html`<button type="button" aria-current=${isOpen ? "page" : nothing} @click=${choose}>
    ${sign}<span class="name">${name}</span>
    ${unread > 0 ? html`<b class="unread">${unread}<span class="hidden"> unread</span></b>` : nothing}
  </button>`;

/** How many ids come after the last one seen; on both platforms, ids are increasing numbers. */
export const countAfter = (ids: readonly string[], seen = "0"): number =>
  ids.filter((id) => BigInt(id) > BigInt(seen)).length;

/** Keeps the newest message in view, unless the reader has scrolled up. */
export function stayAtEnd(): void {
  const list = document.querySelector(".messages");
  const wasAtEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const toEnd = () => {
    const now = document.querySelector(".messages");
    if (wasAtEnd && now) now.scrollTop = now.scrollHeight;
  };
  // The components render a little later.
  requestAnimationFrame(() => requestAnimationFrame(toEnd));
}

/** When a message was sent, as a chat shows it. */
export function sentAt(at: Date): string {
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? `Today at ${clock(at)}` : `${at.toLocaleDateString("en-GB")} ${clock(at)}`;
}

/** Hours and minutes. */
export const clock = (date: Date) => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
