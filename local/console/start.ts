import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { z } from "zod";
import type { DiscordSimulator } from "../discord/start.ts";
import { serve } from "../serve.ts";
import type { TeamsSimulator } from "../teams/start.ts";
import { avatar } from "./avatar.ts";
import { type AzureAddress, azureLink } from "./azure-link.ts";
import { azureView } from "./azure-view.ts";
import { bundlePage } from "./bundle.ts";
import { discordRoutes } from "./discord-routes.ts";
import { teamsRoutes } from "./teams-routes.ts";

/** Time always changes, so it is no reason to draw the page again. */
const ignoreTime = (key: string, value: unknown) => (key === "now" ? undefined : value);

/** Milliseconds between two checks of Azure while a page is open. */
const azureInterval = 1000;

/**
 * Starts the web console on loopback. Its API also serves programs that play a person:
 * `GET /api/discord?user=ID`, `POST /api/discord/type {user, channelId, line, file?}`, `POST /api/discord/act {user, action, forge?}`,
 * `POST /api/discord/choices {user, channelId, line}`, `POST /api/discord/faults`; `GET /api/teams?user=NAME`, `POST /api/teams/send {user, text, conversation?, thread?, file?}`,
 * `POST /api/teams/press {user, messageId, label, inputs?, submit?}`, `POST /api/teams/faults`; `GET /api/azure`, `POST /api/azure/faults`, `POST /api/azure/can-login`, `GET /api/events`.
 */
export async function startConsole(options: {
  port: number;
  discord: DiscordSimulator;
  teams: TeamsSimulator;
  azure?: AzureAddress;
}): Promise<{ url: string; close(): Promise<void> }> {
  const { discord, teams } = options;
  const azure = options.azure ? azureLink(options.azure) : undefined;
  const page = await bundlePage();
  const app = new Hono();
  app.use(onlyFromHere);
  for (const [path, { type, text }] of page)
    app.get(path, (c) => c.body(text, 200, { "content-type": type }));
  app.get("/avatars/:name", (c) => {
    const svg = avatar(c.req.param("name").replace(".svg", ""));
    return c.body(svg, 200, { "content-type": "image/svg+xml" });
  });
  discordRoutes(app, discord);
  teamsRoutes(app, teams);
  azureRoutes(app, azure);
  app.get("/api/events", (c) =>
    streamSSE(c, async (stream) => {
      let stateBefore = "";
      const stops = [
        discord.onChange(() => void stream.writeSSE({ event: "discord", data: "" })),
        teams.onChange(() => void stream.writeSSE({ event: "teams", data: "" })),
      ];
      const stop = () => stops.forEach((one) => void one());
      stream.onAbort(stop);
      await stream.writeSSE({ event: "hello", data: "" });
      while (!stream.aborted) {
        const state = JSON.stringify(await azure?.state().catch(() => "unreachable"), ignoreTime);
        if (state !== stateBefore) await stream.writeSSE({ event: "azure", data: "" });
        stateBefore = state;
        await stream.sleep(azureInterval);
      }
      stop();
    }),
  );
  app.onError((error, c) => c.json({ error: error.message }, error instanceof z.ZodError ? 400 : 500));
  const server = await serve((request) => app.fetch(request), { port: options.port });
  return {
    url: server.url,
    close: async () => {
      azure?.close();
      await server.close();
    },
  };
}

function azureRoutes(app: Hono, azure: ReturnType<typeof azureLink> | undefined): void {
  app.get("/api/azure", async (c) => {
    if (!azure) return c.json(null);
    return c.json(azureView(await azure.state()));
  });
  const pass = async (path: string, body: unknown) => {
    if (!azure) return Response.json({ error: "this console has no Azure simulator" }, { status: 404 });
    const answer = await azure.call("POST", path, body);
    return Response.json(answer.body, { status: answer.status });
  };
  app.post("/api/azure/faults", async (c) => pass("/faults", await c.req.json()));
  app.post("/api/azure/can-login", async (c) => pass("/can-login", await c.req.json()));
}

/** Keeps out other sites in the same browser, including those that point their own host name at this machine. */
async function onlyFromHere(
  c: { req: { header(name: string): string | undefined }; header(name: string, value: string): void },
  next: () => Promise<void>,
): Promise<Response | undefined> {
  const host = c.req.header("host") ?? "";
  const origin = c.req.header("origin");
  if (
    !/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host) ||
    (origin !== undefined && origin !== `http://${host}`)
  ) {
    return new Response("this console answers on localhost only", { status: 403 });
  }
  c.header(
    "content-security-policy",
    "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  );
  c.header("cache-control", "no-store");
  await next();
  return undefined;
}
