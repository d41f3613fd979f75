import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAzure } from "../../../local/azure/start.ts";
import { certificateIn } from "../../../local/certificate.ts";
import type { AzureView } from "../../../local/console/azure-view.ts";
import type { DiscordView } from "../../../local/console/discord-view.ts";
import { startConsole } from "../../../local/console/start.ts";
import type { TeamsView } from "../../../local/console/teams-view.ts";
import { generalChannelId, people } from "../../../local/discord/people.ts";
import { startWorld } from "../discord/world.ts";
import { cardMessage, startWorld as startTeamsWorld } from "../teams/world.ts";

let world: Awaited<ReturnType<typeof startWorld>>;
let teams: Awaited<ReturnType<typeof startTeamsWorld>>;
let azure: Awaited<ReturnType<typeof startAzure>>;
let site: Awaited<ReturnType<typeof startConsole>>;

beforeAll(async () => {
  world = await startWorld();
  teams = await startTeamsWorld();
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  const tls = await certificateIn(folder, new Date());
  const clock = { now: () => new Date() };
  azure = await startAzure({ port: 0, stateFile: join(folder, "azure.json"), tls, clock });
  site = await startConsole({
    port: 0,
    discord: world.discord(),
    teams: teams.teams(),
    azure: { url: azure.url, ca: tls.cert },
  });
}, 30_000);
afterAll(() => Promise.all([site.close(), azure.close(), world.close(), teams.close()]));

const read = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;
const get = (path: string, headers = {}) => fetch(site.url + path, { headers });
const post = (path: string, body: object) =>
  fetch(site.url + path, { method: "POST", body: JSON.stringify(body) });

it("lets a program type as a person and read what that person sees", async () => {
  const typed = { user: people.mia.id, channelId: generalChannelId, line: "/openclaw status" };
  expect(await read(post("/api/discord/type", typed))).toMatchObject({ kind: "message" });
  const seen = await read<DiscordView>(get(`/api/discord?user=${people.mia.id}`));
  expect(seen.messages.at(-1)).toMatchObject({ content: "Hello", interaction: { name: "openclaw status" } });
  expect(await read(post("/api/discord/type", { ...typed, line: "x" }))).toMatchObject({ kind: "refused" });
  expect((await post("/api/discord/type", { ...typed, user: "1" })).status).toBe(400);
});

it("lets a program ask what an option can be that a person types", async () => {
  const choices = [{ name: "2 vCPU, 4 GB", value: "Standard_B2als_v2" }];
  const { answer } = world.bot;
  world.bot.answer = () => ({ type: 8, data: { choices } });
  const typed = { user: people.mia.id, channelId: generalChannelId, line: "/openclaw resize 2" };
  expect(await read(post("/api/discord/choices", typed))).toMatchObject({ kind: "choices", choices });
  const other = { ...typed, line: "/openclaw status" };
  expect(await read(post("/api/discord/choices", other))).toMatchObject({ kind: "refused" });
  world.bot.answer = answer;
});

it("lets a program write and press as a person in Teams, and read what that person sees", async () => {
  teams.bot.turn = async (context) => {
    if (context.activity.type === "message") await context.sendActivity(cardMessage("It runs"));
    const stopped = {
      statusCode: 200,
      type: "application/vnd.microsoft.activity.message",
      value: "Stopping",
    };
    return context.activity.type === "invoke" ? { status: 200, body: stopped } : undefined;
  };
  const user = "Mia Member";
  expect(await read(post("/api/teams/send", { user, text: "status" }))).toMatchObject({ kind: "sent" });
  const seen = await read<TeamsView>(get(`/api/teams?user=${user}`));
  expect(seen.messages.map(({ text }) => text)).toEqual(["status", undefined]);
  expect(seen.conversations.map(({ name }) => name)).toEqual(["General", "Contoso pilots", "OpenClaw"]);
  const pressed = { user: "mia@contoso.com", messageId: seen.messages.at(-1)?.id, label: "Stop" };
  expect(await read(post("/api/teams/press", pressed))).toMatchObject({ kind: "notice", text: "Stopping" });
  expect((await post("/api/teams/send", { user: "nobody", text: "x" })).status).toBe(400);
});

it("tells of changes as they happen", async () => {
  const events = (await get("/api/events")).body?.pipeThrough(new TextDecoderStream()).getReader();
  const until = async (event: string) => {
    for (let seen = ""; !seen.includes(`event: ${event}`); ) seen += (await events?.read())?.value ?? "";
  };
  await until("hello");
  await post("/api/discord/faults", { slowMs: 0 });
  await until("discord");
  await post("/api/teams/faults", { slowMs: 0 });
  await until("teams");
  await post("/api/azure/faults", { kind: "prices" });
  await until("azure");
  await events?.cancel();
});

it("shows the Azure simulator and hands its controls on", async () => {
  const view = () => read<AzureView>(get("/api/azure"));
  await post("/api/azure/faults", { clear: "all" });
  expect((await view()).groups.map(({ name }) => name)).toContain("openclaw-rg");
  await post("/api/azure/faults", { kind: "quota" });
  expect((await view()).faults).toEqual(["quota"]);
  const asked = { person: "mia@contoso.com", address: "203.0.113.7", vm: "openclaw-mia" };
  expect(await read(post("/api/azure/can-login", asked))).toMatchObject({ allowed: false });
});

it("refuses requests that come from other sites", async () => {
  expect((await get("/api/azure", { origin: "https://example.com" })).status).toBe(403);
  expect((await get("/api/azure", { origin: site.url })).status).toBe(200);
});
