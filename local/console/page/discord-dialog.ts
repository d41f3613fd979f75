import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import { type Input, inputsOf } from "../../discord/modal.ts";
import { markdown } from "./discord-markdown.ts";
import type { View } from "./model.ts";

/** The modal that the bot answered with, as a dialog. */
export const dialog: View<TemplateResult | typeof nothing> = (model, deeds) => {
  if (!model.modal) return nothing;
  const { modal } = model.modal;
  const open = (element: Element | undefined) => {
    if (!(element instanceof HTMLDialogElement)) return;
    // It joins the document only after this render.
    queueMicrotask(() => element.isConnected && !element.open && element.showModal());
  };
  const close = () => deeds.set({ modal: undefined, modalError: undefined });
  const submit = (event: Event) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const entries = [...new FormData(event.target)].map(([key, value]) => [key, String(value)]);
    void deeds.submit(Object.fromEntries(entries));
  };
  return html`<dialog class="modal" aria-labelledby="modal-title" ${ref(open)} @close=${close}>
    <form @submit=${submit}>
      <h2 id="modal-title">${modal.title}</h2>
      ${modal.components.map((part) => (part.type === 10 ? html`<p>${markdown(part.content)}</p>` : nothing))}
      ${inputsOf(modal).map(
        ({ label, description, input }) =>
          html`<label><span>${label}${input.required === false ? nothing : html`<i aria-hidden="true">*</i>`}</span>${description ? html`<small>${description}</small>` : nothing}${field(input)}</label>`,
      )}
      ${model.modalError ? html`<p class="notice" role="alert">${model.modalError}</p>` : nothing}
      <footer>
        <button type="button" @click=${close}>Cancel</button>
        <button class="send" ?disabled=${model.busy}>Submit</button>
      </footer>
    </form>
  </dialog>`;
};

function field(input: Input): TemplateResult {
  if (input.type === 3) {
    return html`<select name=${input.custom_id}>
      <option value="">${input.placeholder ?? "Make a selection"}</option>
      ${input.options.map((option) => html`<option value=${option.value} ?selected=${option.default === true}>${option.label}</option>`)}
    </select>`;
  }
  return input.style === 2
    ? html`<textarea name=${input.custom_id} rows="4" placeholder=${input.placeholder ?? ""} .value=${input.value ?? ""}></textarea>`
    : html`<input name=${input.custom_id} autocomplete="off" placeholder=${input.placeholder ?? ""} value=${input.value ?? ""} />`;
}
