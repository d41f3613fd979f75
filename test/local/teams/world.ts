import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Activity } from "botbuilder";
import { tenantId } from "../../../local/azure/seed/directory.ts";
import { serve } from "../../../local/serve.ts";
import { startTeams, type TeamsSimulator } from "../../../local/teams/start.ts";
import { recorder } from "../../recording.ts";
import { noteSecrets } from "../../secretsInPlay.ts";
import { SmallBot } from "./bot.ts";

const appId = "11111111-2222-4333-8444-555555555555";

/** Teams, a small bot of botbuilder's, the endpoint of its managed identity, and a clock that stands until moved. */
export async function startWorld() {
  const folder = mkdtempSync(join(tmpdir(), "teams-"));
  const traffic = join(folder, "traffic.ndjson");
  const record = recorder(traffic);
  const time = { now: new Date() };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const identity = await serve(
    ({ url }) => {
      const resource = new URL(url).searchParams.get("resource");
      const token = `${part({ alg: "RS256" })}.${part({ aud: resource, appid: appId })}.signature`;
      return Response.json({
        access_token: token,
        expires_on: String(Math.floor(Date.now() / 1000) + 86_400),
        resource,
        token_type: "Bearer",
      });
    },
    { port: 0 },
  );
  Object.assign(process.env, { IDENTITY_ENDPOINT: `${identity.url}/token`, IDENTITY_HEADER: "secret" });
  const options = {
    port: 0,
    stateFile: join(folder, "teams.json"),
    clock: { now: () => time.now },
    messagesUrl: "",
    tenantId,
    appId,
    record,
  };
  let teams: TeamsSimulator = await startTeams(options);
  const bot = new SmallBot(teams);
  const endpoint = await serve(bot.handle, { port: 0, service: () => "bot", record });
  const messagesUrl = `${endpoint.url}/api/messages`;
  teams.messagesUrl = messagesUrl;
  return {
    bot,
    traffic,
    teams: () => teams,
    pass: (ms: number) => {
      time.now = new Date(time.now.getTime() + ms);
    },
    restart: async () => {
      await teams.close();
      teams = await startTeams({ ...options, messagesUrl });
    },
    close: () => {
      noteSecrets(folder);
      return Promise.all([teams.close(), endpoint.close(), identity.close()]);
    },
  };
}

/** An Adaptive Card as a message, with a button. */
export const cardMessage = (text: string, more: Record<string, unknown> = {}): Partial<Activity> => ({
  type: "message",
  attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: cardOf(text, more) }],
});

const data = { line: "v1:stop:g1" };
export const cardOf = (text: string, more: Record<string, unknown> = {}) => ({
  type: "AdaptiveCard",
  version: "1.5",
  body: [{ type: "TextBlock", text, wrap: true }],
  actions: [
    {
      type: "Action.Execute",
      title: "Stop",
      verb: "line",
      data,
      fallback: { type: "Action.Submit", title: "Stop", data },
    },
  ],
  ...more,
});
