import { html, nothing, type TemplateResult } from "lit";
import { everyone } from "../../discord/people.ts";
import { azurePane } from "./azure.ts";
import { discordPane } from "./discord.ts";
import { dialog } from "./discord-dialog.ts";
import type { Model, View } from "./model.ts";
import { teamsPane } from "./teams.ts";

/** A chat platform beside Azure, chosen by tabs; on a narrow screen one side at a time. */
export const layout: View<TemplateResult> = (model, deeds) => {
  const choose = (event: Event) => {
    if (event.target instanceof HTMLSelectElement) deeds.set({ userId: event.target.value });
  };
  const tab = (name: Model["tab"], title: string) =>
    html`<button type="button" role="tab" aria-selected=${model.tab === name ? "true" : "false"} aria-controls=${name} @click=${() => deeds.set({ tab: name })}>${title}</button>`;
  return html`
    <header class="top">
      <img src="/avatars/bot.svg" alt="" />
      <h1>OpenClaw <span>ChatOps, local console</span></h1>
      <div class="tabs" role="tablist" aria-label="Sides">${tab("discord", "Discord")}${tab("teams", "Teams")}${tab("azure", "In Azure")}</div>
      ${model.connected ? nothing : html`<span class="offline" role="status">reconnecting …</span>`}
      <label class="me"><img src="/avatars/${model.userId}.svg" alt="" /><span>You are:</span>
        <select @change=${choose}>
          ${everyone.map(({ id, name }) => html`<option value=${id} ?selected=${id === model.userId}>${name}</option>`)}
        </select>
      </label>
    </header>
    <main data-tab=${model.tab}>${model.platform === "teams" ? teamsPane(model, deeds) : discordPane(model, deeds)}${azurePane(model, deeds)}</main>
    ${dialog(model, deeds)}
  `;
};
