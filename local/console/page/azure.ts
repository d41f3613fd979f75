import { html, nothing, type TemplateResult } from "lit";
import type { AzureView, RowView } from "../azure-view.ts";
import { fold } from "./fold.ts";
import type { Deeds, Model, View } from "./model.ts";
import { azureSwitches, discordSwitches, teamsSwitches } from "./switches.ts";

/** The Azure side: what exists, what was called, who can sign in, and what should fail. */
export const azurePane: View<TemplateResult> = (
  model,
  deeds,
) => html`<section class="azure" id="azure" aria-label="In Azure">
  <header><h2>In Azure</h2><span>simulated, free of charge</span></header>
  ${model.azure ? whatExists(model, model.azure, deeds) : html`<p class="empty">${model.azure === null ? "This console has no Azure simulator." : "Loading …"}</p>`}
  ${model.platform === "teams" ? teamsSwitches(model, deeds) : discordSwitches(model, deeds)}
</section>`;

function whatExists(model: Model, azure: AzureView, deeds: Deeds): TemplateResult {
  const secrets = html`<ul class="plain">${azure.secrets.map((name) => html`<li><code>${name}</code></li>`)}</ul>`;
  return html`
    ${azure.groups.map(({ name, resources }) => fold(name, resources.length, list(resources), true))}
    ${fold("Deployments", azure.deployments.length, list(azure.deployments), true)}
    ${fold("Who has which role", azure.roles.length, list(azure.roles))}
    ${fold("Secrets", azure.secrets.length, secrets)}
    ${loginTester(model, azure, deeds)}
    ${fold("Recent calls", azure.calls.length, calls(azure))}
    ${azureSwitches(azure, deeds)}
  `;
}

const list = (rows: readonly (RowView & { done?: number; total?: number })[]) =>
  rows.length === 0 ? html`<p class="empty">None.</p>` : html`<ul class="resources">${rows.map(item)}</ul>`;

const item = ({
  id,
  name,
  about,
  state,
  tone,
  done,
  total,
}: RowView & { done?: number; total?: number }) => html`<li title=${id}>
  <span class="dot ${tone}" aria-hidden="true"></span>
  <div><b>${name}</b><small>${about}</small>
    ${total && tone === "busy" ? html`<progress max=${total} value=${done ?? 0} aria-label="Progress of ${name}"></progress>` : nothing}
  </div>
  ${state ? html`<span class="state ${tone}">${state}</span>` : nothing}
</li>`;

function loginTester(model: Model, azure: AzureView, deeds: Deeds): TemplateResult {
  const ask = (event: Event) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const form = new FormData(event.target);
    void deeds.canLogin(String(form.get("person")), String(form.get("address")), String(form.get("vm")));
  };
  const content = html`<form class="login" @submit=${ask}>
    <label>Person <select name="person">${azure.people.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}</select></label>
    <label>From address <input name="address" value="203.0.113.7" inputmode="decimal" required /></label>
    <label>Virtual machine <select name="vm" required>${azure.machines.map((name) => html`<option>${name}</option>`)}</select></label>
    <button ?disabled=${azure.machines.length === 0}>Try</button>
    <p role="status" class=${model.login?.allowed ? "yes" : "no"}>${model.login ? `${model.login.allowed ? "✓ Yes" : "✗ No"}: ${model.login.reason}` : nothing}</p>
  </form>`;
  return fold("Can they sign in now?", undefined, content);
}

const calls = (azure: AzureView) => html`<ol class="calls">
  ${azure.calls.map(
    ({ at, who, method, path, status, code }) => html`<li title="${at} ${who}">
      <b class=${status >= 400 ? "bad" : ""}>${status}</b> ${method} <span>${short(path)}</span>${code ? html` <em>${code}</em>` : nothing}
    </li>`,
  )}
</ol>`;

/** Shortens a path to its end, the informative part. */
const short = (path: string) =>
  path
    .replace(/^\/subscriptions\/[^/]+/i, "")
    .replace(/\/resourceGroups\//i, "/")
    .replace(/\/providers\/Microsoft\./gi, "/")
    .replace(/\?.*/, "") || "/";
