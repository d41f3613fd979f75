import { html, type TemplateResult } from "lit";

/** Copies a text, and says so for a moment. */
export function copyButton(text: string): TemplateResult {
  const copy = async (event: Event) => {
    const button = event.currentTarget;
    await navigator.clipboard.writeText(text);
    if (!(button instanceof HTMLButtonElement)) return;
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 1500);
  };
  return html`<button type="button" class="copy" @click=${copy}>Copy</button>`;
}
