import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Suggestion } from "../command-line.ts";
import type { Deeds, Model } from "./model.ts";

export interface Composing {
  readonly placeholder: string;
  /** Whether a file can be sent with the line. */
  readonly takesFile: boolean;
  /** What the line could become. */
  readonly suggestions: readonly Suggestion[];
  send(line: string): void;
}

/** The input for commands, with suggestions above it. */
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
    ${composing.takesFile ? attach(model, deeds) : nothing}
    <button class="send" aria-label="Send message" ?disabled=${model.busy || model.line.trim() === ""}>${model.busy ? "…" : "Send"}</button>
  </form>`;
}

/** The file to send with the line, or a button to choose one. */
function attach({ file }: Model, deeds: Deeds): TemplateResult {
  const chosen = async ({ target }: Event) => {
    const [picked] = target instanceof HTMLInputElement ? (target.files ?? []) : [];
    if (picked) deeds.set({ file: { name: picked.name, text: await picked.text() } });
  };
  return file
    ? html`<span class="attached">${file.name}<button type="button" aria-label="Remove ${file.name}" @click=${() => deeds.set({ file: undefined })}>×</button></span>`
    : html`<label class="attach" title="Attach a file">+<input type="file" class="hidden" aria-label="Attach a file" @change=${chosen} /></label>`;
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
