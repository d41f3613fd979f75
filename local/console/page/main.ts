import "./defaults.ts";
import "@skyra/discord-components-core";
import { render } from "lit";
import type { Outcome } from "../../discord/interact.ts";
import { people } from "../../discord/people.ts";
import { layout } from "./layout.ts";
import { type Deeds, firstModel, keep, type Model, openChannel } from "./model.ts";

const model: Model = firstModel();
model.userId ||= people.ada.id;

function set(change: Partial<Model>): void {
  const isOther = change.userId !== undefined && change.userId !== model.userId;
  Object.assign(model, change);
  if (isOther) Object.assign(model, { line: "", notice: undefined, modal: undefined, discord: undefined });
  if (isOther || change.showAllCommands !== undefined) void loadDiscord();
  const channel = openChannel(model);
  const newest = model.discord?.messages.findLast((message) => message.channel_id === channel?.id);
  if (channel && newest && model.tab === "discord") model.seen[`${model.userId} ${channel.id}`] = newest.id;
  keep(model);
  render(layout(model, deeds), document.body);
}

async function call<T>(path: string, body?: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : {});
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json() as Promise<T>;
}

async function loadDiscord(): Promise<void> {
  const user = model.userId;
  const discord = await call<Model["discord"]>(
    `/api/discord?user=${user}&all=${model.showAllCommands ? 1 : 0}`,
  );
  if (discord && user === model.userId) set({ discord });
}

const loadAzure = async () => set({ azure: (await call<Model["azure"]>("/api/azure")) ?? null });

/** Does one thing for the person and shows what came of it. */
async function act(path: string, body: object, done: Partial<Model>): Promise<void> {
  set({ busy: true });
  try {
    const outcome = await call<Outcome>(path, { user: model.userId, forge: model.showAllCommands, ...body });
    if (outcome.kind === "modal") set({ modal: outcome });
    else if (outcome.kind === "refused") refuse(outcome.reason);
    else if (outcome.kind === "failed") refuse(`The application did not respond. ${outcome.reason}`);
    else set({ ...done, notice: undefined });
  } catch (error) {
    refuse(String(error));
  }
  set({ busy: false });
  await loadDiscord();
}

const refuse = (reason: string) => set(model.modal ? { modalError: reason } : { notice: reason });

const deeds: Deeds = {
  set,
  type: (line) => act("/api/discord/type", { line, channelId: openChannel(model)?.id ?? "" }, { line: "" }),
  click: (messageId, click, values = []) =>
    act("/api/discord/act", { action: { click, messageId, values } }, {}),
  submit: (values) =>
    act(
      "/api/discord/act",
      { action: { submit: model.modal?.modalId ?? "", values } },
      { modal: undefined, modalError: undefined },
    ),
  async discordFaults(change) {
    await call("/api/discord/faults", change);
    await loadDiscord();
  },
  async azureFault(kind, on) {
    await call("/api/azure/faults", on ? { kind } : { clear: kind });
    await loadAzure();
  },
  async canLogin(person, address, vm) {
    set({ login: await call("/api/azure/can-login", { person, address, vm }) });
  },
};

/** Runs a load at once; while it runs, further wishes become one more run. */
function coalesced(load: () => Promise<void>): () => void {
  let wanted = false;
  let running = false;
  return async () => {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      await load().catch(() => set({ connected: false }));
    }
    running = false;
  };
}

const refreshDiscord = coalesced(loadDiscord);
const refreshAzure = coalesced(loadAzure);
const events = new EventSource("/api/events");
events.addEventListener("discord", refreshDiscord);
events.addEventListener("azure", refreshAzure);
events.addEventListener("open", () => {
  set({ connected: true });
  refreshDiscord();
  refreshAzure();
});
events.addEventListener("error", () => set({ connected: false }));
// The fallback for when events can't come through.
setInterval(() => {
  if (events.readyState === EventSource.OPEN) return;
  refreshDiscord();
  refreshAzure();
}, 2000);
matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => set({}));
document.body.replaceChildren();
set({});
refreshDiscord();
refreshAzure();
