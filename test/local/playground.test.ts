import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startDoor } from "../../local/playground.ts";
import { type Server, serve } from "../../local/serve.ts";

const seen: { path: string; authorization: string | null; body: string }[] = [];
let bot: Server;
let door: Server;
beforeAll(async () => {
  bot = await serve(
    async (request) => {
      const { pathname, search } = new URL(request.url);
      const authorization = request.headers.get("authorization");
      seen.push({ path: pathname + search, authorization, body: await request.text() });
      return new Response("taken", { status: 202, headers: { "x-from": "bot" } });
    },
    { port: 0 },
  );
  door = await startDoor({ port: 0, target: bot.url, tokenFor: async (serviceUrl) => `for ${serviceUrl}` });
});
afterAll(() => Promise.all([door.close(), bot.close()]));
beforeEach(() => {
  seen.length = 0;
});

const activity = JSON.stringify({ type: "message", serviceUrl: "http://localhost:56150/_connector" });
const post = (path: string, headers: Record<string, string> = {}, body = activity) =>
  fetch(`${door.url}${path}`, { method: "POST", headers, body });

it("gives a token to what comes to the bot without one, for the address that it names", async () => {
  const answer = await post("/api/messages");
  expect([answer.status, answer.headers.get("x-from"), await answer.text()]).toEqual([202, "bot", "taken"]);
  expect(seen).toEqual([
    { path: "/api/messages", authorization: "Bearer for http://localhost:56150/_connector", body: activity },
  ]);
});

it.each([
  [
    "what has a token, good or bad",
    "/api/messages",
    { authorization: "Bearer mine" },
    activity,
    "Bearer mine",
  ],
  ["what a page in a browser sends", "/api/messages", { origin: "https://example.com" }, activity, null],
  ["what names no address", "/api/messages", {}, "no activity", null],
  ["what is for another function", "/api/interactions?x=1", {}, activity, null],
])("lets pass as it is: %s", async (_what, path, headers, body, authorization) => {
  await post(path, headers, body);
  expect(seen).toEqual([{ path, authorization, body }]);
});
