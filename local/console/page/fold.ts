import { html, nothing, type TemplateResult } from "lit";

/** A collapsible section. */
export const fold = (title: string, count: number | undefined, content: TemplateResult, open = false) =>
  html`<details ?open=${open}><summary><h3>${title}</h3>${count === undefined ? nothing : html`<span class="count">${count}</span>`}</summary>${content}</details>`;
