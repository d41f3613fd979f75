import "./defaults.ts";
import "@skyra/discord-components-core";
import { render } from "lit";
import type { Outcome } from "../../discord/outcome.ts";
import { people, personById } from "../../discord/people.ts";
import type { Outcome as TeamsOutcome } from "../../teams/act.ts";
import { typingAt } from "../command-line.ts";
import { layout } from "./layout.ts";
import { type Deeds, firstModel, keep, type Model, openChannel, openConversation, seenKey } from "./model.ts";

const model: Model = firstModel();
model.userId ||= people.ada.id;

function set(change: Partial<Model>): void {
  const isOther = change.userId !== undefined && change.userId !== model.userId;
  const platform = change.tab === undefined || change.tab === "azure" ? model.platform : change.tab;
  if (isOther || platform !== model.platform) Object.assign(model, { platform, ...leaving });
  Object.assign(model, change);
  if (isOther) Object.assign(model, { discord: undefined, teams: undefined });
  if (isOther || change.showAllCommands !== undefined) void loadDiscord();
  if (isOther) void loadTeams();
  const [place, newest] = shown();
  if (place !== undefined && newest !== undefined && model.tab !== "azure")
    model.seen[seenKey(model, place)] = newest;
  if (change.line !== undefined) askSoon();
  keep(model);
  render(layout(model, deeds), document.body);
}

/** Milliseconds without another letter, after which a client asks what an option can be. */
const quiet = 150;
let asking: ReturnType<typeof setTimeout> | undefined;

/** Asks the bot what the option can be that is being typed, where it says that. */
function askSoon(): void {
  clearTimeout(asking);
  const { line, platform, discord, userId: user, showAllCommands: forge } = model;
  const typing = platform === "discord" ? typingAt(line, discord?.commands ?? []) : undefined;
  if (!typing) return;
  asking = setTimeout(async () => {
    const channelId = openChannel(model)?.id ?? "";
    const outcome = await call<Outcome>("/api/discord/choices", { user, channelId, line, forge });
    if (line !== model.line) return;
    if (outcome.kind === "choices")
      set({ offered: { of: `${typing.typing} ${typing.option}`, choices: outcome.choices } });
    else if (outcome.kind === "failed") refuse(`Loading options failed. ${outcome.reason}`);
  }, quiet);
}

/** What is reset when the person or platform changes. */
const leaving = {
  line: "",
  offered: undefined,
  file: undefined,
  notice: undefined,
  toast: undefined,
  thread: undefined,
  modal: undefined,
};

/** The open place and its newest message. */
function shown(): readonly [place: string | undefined, newest: string | undefined] {
  if (model.platform === "teams") {
    const place = openConversation(model)?.id;
    return [place, model.teams?.messages.findLast((message) => message.conversationId === place)?.id];
  }
  const place = openChannel(model)?.id;
  return [place, model.discord?.messages.findLast((message) => message.channel_id === place)?.id];
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

const me = () => personById(model.userId)?.name ?? "";
async function loadTeams(): Promise<void> {
  const user = me();
  const teams = await call<Model["teams"]>(`/api/teams?user=${encodeURIComponent(user)}`);
  if (teams && user === me()) set({ teams });
}

const loadAzure = async () => set({ azure: (await call<Model["azure"]>("/api/azure")) ?? null });

/** Does one thing for the person and shows the result. */
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

/** The same for Teams. */
async function actInTeams(path: string, body: object): Promise<void> {
  set({ busy: true, toast: undefined, notice: undefined });
  try {
    const outcome = await call<TeamsOutcome>(path, { user: me(), ...body });
    if (outcome.kind === "refused") refuse(outcome.reason);
    else if (outcome.kind === "failed") refuse(`Something went wrong. ${outcome.reason}`);
    else if (outcome.kind === "notice") set({ toast: outcome.text });
    else if (outcome.kind === "posted")
      set({ line: "", toast: "OpenClaw only sees messages here that mention it." });
    else if (outcome.kind === "sent" && outcome.messageId !== undefined) set({ line: "", file: undefined });
  } catch (error) {
    refuse(String(error));
  }
  set({ busy: false });
  await loadTeams();
}

const refuse = (reason: string) => set(model.modal ? { modalError: reason } : { notice: reason });

const deeds: Deeds = {
  set,
  type: (line) =>
    act(
      "/api/discord/type",
      { line, channelId: openChannel(model)?.id ?? "", file: model.file },
      { line: "", file: undefined },
    ),
  click: (messageId, click, values = []) =>
    act("/api/discord/act", { action: { click, messageId, values } }, {}),
  submit: (values) =>
    act(
      "/api/discord/act",
      { action: { submit: model.modal?.modalId ?? "", values } },
      { modal: undefined, modalError: undefined },
    ),
  say: (text) =>
    actInTeams("/api/teams/send", {
      text,
      conversation: openConversation(model)?.id,
      thread: model.thread,
      file: model.file,
    }),
  press: (messageId, label, inputs) => actInTeams("/api/teams/press", { messageId, label, inputs }),
  async teamsFaults(change) {
    await call("/api/teams/faults", change);
    await loadTeams();
  },
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

/** Runs a load at once; further requests while it runs become one more run. */
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
const refreshTeams = coalesced(loadTeams);
const refreshAzure = coalesced(loadAzure);
const events = new EventSource("/api/events");
events.addEventListener("discord", refreshDiscord);
events.addEventListener("teams", refreshTeams);
events.addEventListener("azure", refreshAzure);
const refresh = () => [refreshDiscord, refreshTeams, refreshAzure].forEach((one) => void one());
events.addEventListener("open", () => {
  set({ connected: true });
  refresh();
});
events.addEventListener("error", () => set({ connected: false }));
// The fallback for when events can't come through.
setInterval(() => {
  if (events.readyState !== EventSource.OPEN) refresh();
}, 2000);
matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => set({}));
document.body.replaceChildren();
set({});
refresh();
