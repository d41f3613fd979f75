import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Suggestion } from "../command-line.ts";
import type { Deeds, Model } from "./model.ts";

export interface Composing {
  readonly placeholder: string;
  /** What the line could become. */
  readonly suggestions: readonly Suggestion[];
  send(line: string): void;
}

/** Where commands are typed, with what could come next above it. */
export function composer(model: Model, deeds: Deeds, composing: Composing): TemplateResult {
  const suggestions = model.suggestionsClosed ? [] : composing.suggestions.slice(0, 10);
  const choose = (line: string) => {
    deeds.set({ line, highlighted: -1, notice: undefined });
    document.querySelector<HTMLInputElement>("#line")?.focus();
  };
  const send = (event: Event) => {
    event.preventDefault();
    const line = model.line.trim();
    if (line !== "" && !model.busy) composing.send(line);
  };
  return html`<form class="composer" @submit=${send}>
    ${model.notice ? html`<p class="notice" role="alert">${model.notice}<button type="button" aria-label="Close" @click=${() => deeds.set({ notice: undefined })}>×</button></p>` : nothing}
    ${
      suggestions.length > 0
        ? html`<ul class="suggestions" id="suggestions" role="listbox" aria-label="Suggestions">
          ${suggestions.map(
            ({ line, label, about }, index) =>
              html`<li role="option" id="suggestion-${index}" aria-selected=${index === model.highlighted ? "true" : "false"} @mousedown=${(event: Event) => event.preventDefault()} @click=${() => choose(line)}>
                <b>${label}</b><span>${about}</span>
              </li>`,
          )}
        </ul>`
        : nothing
    }
    <input
      id="line"
      type="text"
      role="combobox"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      aria-label="Message"
      aria-autocomplete="list"
      aria-controls="suggestions"
      aria-expanded=${suggestions.length > 0 ? "true" : "false"}
      aria-activedescendant=${model.highlighted >= 0 ? `suggestion-${model.highlighted}` : nothing}
      placeholder=${composing.placeholder}
      .value=${live(model.line)}
      @input=${(event: InputEvent) => typed(event, deeds)}
      @keydown=${(event: KeyboardEvent) => pressed(event, model, deeds, suggestions, choose)}
    />
    <button class="send" aria-label="Send message" ?disabled=${model.busy || model.line.trim() === ""}>${model.busy ? "…" : "Send"}</button>
  </form>`;
}

function typed(event: InputEvent, deeds: Deeds): void {
  if (!(event.target instanceof HTMLInputElement)) return;
  deeds.set({ line: event.target.value, highlighted: -1, suggestionsClosed: false, notice: undefined });
}

function pressed(
  event: KeyboardEvent,
  model: Model,
  deeds: Deeds,
  suggestions: readonly { line: string }[],
  choose: (line: string) => void,
): void {
  const last = suggestions.length - 1;
  if (last < 0) return;
  const chosen = suggestions[model.highlighted] ?? (event.key === "Tab" ? suggestions[0] : undefined);
  if (event.key === "ArrowDown")
    deeds.set({ highlighted: model.highlighted >= last ? 0 : model.highlighted + 1 });
  else if (event.key === "ArrowUp")
    deeds.set({ highlighted: model.highlighted <= 0 ? last : model.highlighted - 1 });
  else if (event.key === "Escape") deeds.set({ suggestionsClosed: true, highlighted: -1 });
  else if ((event.key === "Enter" || event.key === "Tab") && chosen && !event.shiftKey) choose(chosen.line);
  else return;
  event.preventDefault();
}
