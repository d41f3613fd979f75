/**
 * Teams for scripts/memory.ts, in a separate process: the Bot Connector, which remembers nothing, the issuer of its tokens and the
 * bot's managed identity. Sends as many messages as ordered.
 */
import { Hono } from "hono";
import { UnsecuredJWT } from "jose";
import { z } from "zod";
import { serve } from "../local/serve.ts";
import { activityFrom } from "../local/teams/activity.ts";
import { type Issuer, newKey, openIdRoutes, tokenFor } from "../local/teams/issuer.ts";
import { people, personalChatId } from "../local/teams/people.ts";

const order = z.object({ url: z.string(), count: z.number(), first: z.number() });
/** Messages to send, and where; `first`: the number of the first one. */
export type Order = z.infer<typeof order>;

const appId = "00000000-0000-4000-8000-000000000002";
const tenantId = "00000000-0000-4000-8000-000000000003";
const atOnce = 8;

const address = { url: "" };
const issuer: Issuer = {
  get name() {
    return address.url;
  },
  appId,
  keys: { teams: await newKey(), other: await newKey() },
  now: () => new Date(),
};
let lastId = 0;
const created = () => ({ id: String(++lastId) });
const app = new Hono()
  .route(
    "/v1/.well-known",
    openIdRoutes(issuer, () => address.url),
  )
  .get("/identity/token", (c) => {
    const resource = c.req.query("resource") ?? "";
    const expires_on = String(Math.floor(Date.now() / 1000) + 86_400);
    const access_token = new UnsecuredJWT({ appid: appId }).setAudience(resource).encode();
    return c.json({ access_token, expires_on, resource, token_type: "Bearer" });
  })
  .get("/teams/v3/conversations/:id/members/:member", (c) => c.json({ id: c.req.param("member") }))
  .post("/teams/v3/*", (c) => c.json(created(), 201))
  .put("/teams/v3/*", (c) => c.json(created()));
const server = await serve((request) => app.fetch(request), { port: 0 });
address.url = server.url;
const serviceUrl = `${server.url}/teams/`;
const origin = { appId, tenantId, serviceUrl, botName: "OpenClaw" };

const persons = Object.values(people);
const chatOf = (id: string) => ({ id, type: "personal", name: "OpenClaw", members: [], app: id }) as const;
const text = (i: number) =>
  [
    "help",
    "status",
    `${"<at>OpenClaw</at> "}audit days:${i}`,
    `unknown ${"x".repeat(i % 5000)}`,
    `roster add <at>Nobody ${i}</at> role:admin`,
    `config push {"a":${i}}`,
    "\u202e\0".repeat(i % 50),
    `<quoted messageId="${i}"/>help`,
  ][i % 8] ?? "";

/** Every message differs from all others: by its id, usually by its text, often by its shape, one in three by its sender. */
function activity(i: number): Record<string, unknown> {
  const known = persons[i % persons.length] ?? people.mia;
  const stranger = {
    ...people.mia,
    id: `29:stranger-${i}`,
    name: `Stranger ${i}`,
    objectId: `00000000-0000-4000-9000-${String(i).padStart(12, "0")}`,
  };
  const person = i % 3 === 0 ? stranger : known;
  const chat = chatOf(i % 3 === 0 ? `a:${i}` : personalChatId(known));
  const about = { type: "message", id: `${Date.now()}-${i}`, text: text(i), textFormat: "plain" };
  const whole = activityFrom(origin, person, chat, new Date(), about);
  const mutations: readonly Record<string, unknown>[] = [
    {},
    {
      entities: [{ type: "mention", mentioned: { id: `29:${i}`, name: `N ${i}` }, text: `<at>N ${i}</at>` }],
    },
    { attachments: [{ contentType: "text/html", content: `<p>${"y".repeat(i % 3000)}</p>` }] },
    { value: { i, nested: { deep: [i] } } },
    {
      type: "invoke",
      name: "adaptiveCard/action",
      value: { action: { type: "Action.Execute", data: { i } } },
    },
    { type: "conversationUpdate", membersAdded: [{ id: person.id }] },
    { text: i },
    { conversation: { ...Object(whole["conversation"]), conversationType: undefined } },
    { [`unknown${i}`]: "z".repeat(i % 1000) },
  ];
  return { ...whole, ...mutations[i % mutations.length] };
}

async function send({ url, count, first }: Order): Promise<void> {
  let next = first;
  const authorization = `Bearer ${await tokenFor(issuer, serviceUrl)}`;
  const one = async () => {
    while (next < first + count) {
      const body = JSON.stringify(activity(next++));
      const answer = await fetch(url, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body,
      });
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

process.on("message", (message) => {
  void send(order.parse(message)).then(() => process.send?.("sent"));
});
process.on("disconnect", () => process.exit());
process.send?.({
  MicrosoftAppId: appId,
  MicrosoftAppTenantId: tenantId,
  TEAMS_SERVICE_URL: serviceUrl,
  BOT_OPENID_METADATA_URL: `${server.url}/v1/.well-known/openidconfiguration`,
  BOT_TOKEN_ISSUER: server.url,
  BOT_LOGIN_URL: `${server.url}/${tenantId}`,
  BOOTSTRAP_ADMINS: `entra:${people.ada.objectId}`,
  IDENTITY_ENDPOINT: `${server.url}/identity/token`,
  IDENTITY_HEADER: "secret",
});
