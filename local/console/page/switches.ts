import { html, type TemplateResult } from "lit";
import type { AzureView } from "../azure-view.ts";
import { fold } from "./fold.ts";
import type { Deeds, Model } from "./model.ts";

const azureFaults = [
  ["quota", "No cores left in the quota"],
  ["sku", "The size isn't available here"],
  ["allocation", "Allocating a VM fails"],
  ["policy", "A policy forbids virtual machines"],
  ["authorization", "The bot's rights are missing"],
  ["throttling", "Too many requests (429)"],
  ["boot", "The first boot fails"],
  ["extension", "The sign-in extension fails"],
  ["slow", "Creating a VM hangs"],
  ["deallocate", "Stopping fails"],
  ["propagation", "New roles take minutes to work"],
  ["graph", "The bot can't read the directory"],
  ["vault", "The key vault refuses calls"],
  ["prices", "The price list is unreachable"],
] as const;

/** Switches that make Azure fail. */
export function azureSwitches(azure: AzureView, deeds: Deeds): TemplateResult {
  const on = (kind: string) => azure.faults.includes(kind);
  const count = azure.faults.length;
  const content = html`<ul class="switches">
    ${azureFaults.map(([kind, about]) => toggle(about, on(kind), (wanted) => void deeds.azureFault(kind, wanted)))}
  </ul>`;
  return fold("Make Azure fail", count > 0 ? count : undefined, content);
}

/** Switches that make Discord fail. */
export function discordSwitches(model: Model, deeds: Deeds): TemplateResult {
  const faults = model.discord?.faults;
  const me = model.discord?.me;
  if (!faults || !me) return html``;
  const closed = faults.dmsClosed.includes(me.id);
  const others = faults.dmsClosed.filter((id) => id !== me.id);
  const set = (change: Parameters<Deeds["discordFaults"]>[0]) => void deeds.discordFaults(change);
  const content = html`<ul class="switches">
    ${toggle(`${me.name} accepts no direct messages`, closed, (on) => set({ dmsClosed: on ? [...others, me.id] : others }))}
    ${toggle("The next 3 calls get 429", faults.rateLimited.calls > 0, (on) => set({ rateLimited: { calls: on ? 3 : 0, retryAfter: 2 } }))}
    ${toggle("The next 3 calls get 503", faults.serverErrors.calls > 0, (on) => set({ serverErrors: { calls: on ? 3 : 0, status: 503 } }))}
    ${toggle("The next answer is lost (done, but 502)", faults.lostAnswers > 0, (on) => set({ lostAnswers: on ? 1 : 0 }))}
    ${toggle("Every call takes 2 s longer", faults.slowMs > 0, (on) => set({ slowMs: on ? 2000 : 0 }))}
    ${toggle("Show and send hidden commands", model.showAllCommands, (showAllCommands) => deeds.set({ showAllCommands }))}
  </ul>`;
  return fold("Make Discord fail", undefined, content);
}

/** Switches that make Teams fail. */
export function teamsSwitches({ teams }: Model, deeds: Deeds): TemplateResult {
  if (!teams) return html``;
  const { faults, me } = teams;
  const { [me.id]: refused, ...others } = faults.refused;
  const set = (change: Parameters<Deeds["teamsFaults"]>[0]) => void deeds.teamsFaults(change);
  const content = html`<ul class="switches">
    ${toggle(`${me.name} has blocked the bot`, refused !== undefined, (on) => set({ refused: on ? { ...others, [me.id]: "ConversationBlockedByUser" } : others }))}
    ${toggle("The next 3 calls get 429", faults.throttled.calls > 0, (on) => set({ throttled: { calls: on ? 3 : 0, retryAfter: 2 } }))}
    ${toggle("The next 3 calls get 503", faults.serverErrors.calls > 0, (on) => set({ serverErrors: { calls: on ? 3 : 0, status: 503 } }))}
    ${toggle("The next answer is lost (done, but 502)", faults.lostAnswers > 0, (on) => set({ lostAnswers: on ? 1 : 0 }))}
    ${toggle("Every call takes 2 s longer", faults.slowMs > 0, (on) => set({ slowMs: on ? 2000 : 0 }))}
    ${toggle("No client supports targeted messages", faults.noTargeting, (noTargeting) => set({ noTargeting }))}
  </ul>`;
  return fold("Make Teams fail", undefined, content);
}

const toggle = (about: string, on: boolean, change: (on: boolean) => void) => html`<li>
  <label><input type="checkbox" role="switch" .checked=${on} @change=${() => change(!on)} /> ${about}</label>
</li>`;
